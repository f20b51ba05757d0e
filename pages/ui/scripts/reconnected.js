/* A server that was started again has another session, which Streamlit takes up with the next run of the page only:
   until then files and more rows of a table are asked for in the name of the first one, and refused without a word.
   So the page runs once as soon as the server is there again: by the key R, as a user would. */
(() => {
  if (window.studioReconnected) return;
  window.studioReconnected = true;
  const NAMED = '[data-test-connection-state]';
  const keys = {key: 'r', code: 'KeyR', keyCode: 82, which: 82, bubbles: true};
  let before = 'CONNECTED';
  const look = () => {
    const now = document.querySelector(NAMED)?.dataset.testConnectionState ?? before;
    const again = now === 'CONNECTED' && before !== now;
    before = now;
    if (again) ['keydown', 'keyup'].forEach((kind) => document.dispatchEvent(new KeyboardEvent(kind, keys)));
  };
  const told = {subtree: true, attributes: true, attributeFilter: ['data-test-connection-state']};
  new MutationObserver(look).observe(document.body, told);
})();
