/* A popover that the keyboard opened is where the keyboard goes on: its first field has the focus, and Tab past its
   last one comes back to its button, as closing it does. Streamlit draws it at the end of the page, so Tab would go on behind the button. */
(() => {
  if (window.studioPopovers) return;
  window.studioPopovers = true;
  const BODY = '[data-testid="stPopoverBody"]';
  const FIELDS = 'input, textarea, select, a[href], button, [tabindex="0"]';
  const fields = (body) => Array.from(body.querySelectorAll(FIELDS)).filter(
    (field) => !field.disabled && field.tabIndex >= 0 && field.offsetParent !== null);

  // On a busy machine the fields come late, and the button may be drawn anew: both are waited for, as long as nobody
  // moved on meanwhile.
  const LATE = 80;
  const enter = (body, button, tries) => {
    const at = document.activeElement;
    if (!body.isConnected || body.contains(at)) return;
    if (tries < LATE && at !== button && at !== document.body) return;
    const [first] = fields(body);
    if (first) first.focus();
    else if (tries > 0) setTimeout(() => enter(body, button, tries - 1), 100);
  };
  const running = () => document.querySelector('[data-testid="stApp"]')?.dataset.testScriptState === 'running';
  const leave = (body, button, field, step, tries) => {
    if (document.activeElement !== field) return;
    const inside = fields(body);
    const next = inside[inside.indexOf(field) + step];
    if (next) next.focus();
    else if (running() && tries > 0) setTimeout(() => leave(body, button, field, step, tries - 1), 100);
    else button.focus();
  };
  const back = (button, key, tries) => {
    const now = button.isConnected ? button : key && document.querySelector(`.${CSS.escape(key)} button`);
    const at = document.activeElement;
    if (at !== document.body && at !== now) return;
    if (now && at !== now) now.focus();
    if (tries > 0) setTimeout(() => back(button, key, tries - 1), 100);
  };
  const opened = (body) => {
    const button = document.activeElement;
    if (!button || !button.closest('[data-testid="stPopover"]') || !button.matches(':focus-visible')) return;
    body.addEventListener('keydown', (event) => {
      if (event.key !== 'Tab') return;
      const inside = fields(body);
      const edge = event.shiftKey ? inside[0] : inside[inside.length - 1];
      if (event.target !== edge) return;
      event.preventDefault();
      leave(body, button, edge, event.shiftKey ? -1 : 1, LATE);
    });
    enter(body, button, 100);
    const key = Array.from(button.closest('[class*="st-key-"]')?.classList ?? []).find((name) => name.startsWith('st-key-'));
    const left = new MutationObserver(() => {
      if (body.isConnected) return;
      left.disconnect();
      setTimeout(() => back(button, key, 20), 300);
    });
    left.observe(document.body, {childList: true, subtree: true});
  };
  new MutationObserver((changes) => {
    for (const change of changes) {
      for (const node of change.addedNodes) {
        if (node.nodeType !== Node.ELEMENT_NODE) continue;
        const body = node.matches(BODY) ? node : node.querySelector(BODY);
        if (body) opened(body);
      }
    }
  }).observe(document.body, {childList: true, subtree: true});
})();
