// Fetch what draws tables, pictures and fields while nothing else is to do, so that they are there when first needed.
(() => {
  if (window.fetchedAhead) return;
  window.fetchedAhead = true;
  const parts = /* parts */ [];
  const first = document.querySelector('script[type="module"][src]');
  if (!first) return;
  const whenIdle = window.requestIdleCallback || (work => setTimeout(work, 200));
  const next = () => {
    const name = parts.shift();
    if (name) import(new URL(name, first.src).href).then(() => whenIdle(next), () => whenIdle(next));
  };
  whenIdle(next);
})();
