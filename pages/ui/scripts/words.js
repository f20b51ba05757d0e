/* The meaning of a technical word wherever it stands on a page: in a sentence, a heading, a tab. Words have a dotted
   line; the pointer on one, or a tap, shows what it means. Nothing of the page is changed: the lines are highlights
   of the browser, and the word is found again from where the pointer is. */
(() => {
  if (window.studioWords) return;
  window.studioWords = true;
  const MEANINGS = /* glossary */ {};
  const KEYS = Object.keys(MEANINGS).sort((one, other) => other.length - one.length);
  const escaped = (word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const WORD = new RegExp('(?<' + '![\\p{L}\\p{N}_])(' + KEYS.map(escaped).join('|') + ')(?:s|es)?(?![\\p{L}\\p{N}_])', 'giu');
  const KEY_OF = Object.fromEntries(KEYS.map((key) => [key.toLowerCase(), key]));
  const WHERE = '[data-testid="stMain"], [role="dialog"]';
  const NOT_IN = 'code, pre, input, textarea, script, style, svg, button:not([role="tab"]), a, [data-testid="stIconMaterial"], ' +
    '[role="tooltip"], .st-key-status, .stPlotlyChart, .stDataFrame, .katex';
  const QUIET = '[role="tab"], h1, label';
  const COMMON = ['feature'];  // explained, but on so many lines that marking it would hide the others

  const words = (node) => Array.from(node.data.matchAll(WORD), (match) => {
    const range = document.createRange();
    range.setStart(node, match.index);
    range.setEnd(node, match.index + match[0].length);
    return {range, key: KEY_OF[match[1].toLowerCase()]};
  });
  const explains = (node) => node.parentElement?.closest(WHERE) && !node.parentElement.closest(NOT_IN);

  /* Lines under the words. */
  const underline = () => {
    const lines = new Highlight();
    for (const root of document.querySelectorAll(WHERE)) {
      const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
      while (texts.nextNode()) {
        const node = texts.currentNode;
        if (!explains(node) || node.parentElement.closest(QUIET)) continue;
        words(node).forEach(({range, key}) => { if (!COMMON.includes(key)) lines.add(range); });
      }
    }
    CSS.highlights.set('studio-word', lines);
  };
  if (window.Highlight && CSS.highlights) {
    let waiting = 0;
    const soon = () => { clearTimeout(waiting); waiting = setTimeout(underline, 200); };
    new MutationObserver(soon).observe(document.body, {childList: true, characterData: true, subtree: true});
    soon();
  }

  /* The word below a point of the screen. */
  const caret = (x, y) => {
    if (document.caretPositionFromPoint) {
      const at = document.caretPositionFromPoint(x, y);
      return at && at.offsetNode;
    }
    const at = document.caretRangeFromPoint && document.caretRangeFromPoint(x, y);
    return at && at.startContainer;
  };
  const wordAt = (x, y) => {
    const node = caret(x, y);
    if (!node || node.nodeType !== Node.TEXT_NODE || !explains(node)) return null;
    return words(node).find(({range}) => Array.from(range.getClientRects()).some(
      (box) => x >= box.left && box.right >= x && y >= box.top && box.bottom >= y)) || null;
  };

  const tip = document.createElement('div');
  tip.className = 'studio-meaning';
  tip.setAttribute('role', 'tooltip');
  tip.hidden = true;
  document.body.append(tip);
  const hide = () => { tip.hidden = true; };
  const show = ({range, key}) => {
    const name = document.createElement('strong');
    name.textContent = key[0].toUpperCase() + key.slice(1) + ': ';
    tip.replaceChildren(name, MEANINGS[key]);
    tip.hidden = false;
    const box = range.getBoundingClientRect(), own = tip.getBoundingClientRect();
    const above = box.top - own.height - 8;
    tip.style.left = Math.max(8, Math.min(box.left, innerWidth - own.width - 8)) + 'px';
    tip.style.top = (above > 8 ? above : box.bottom + 8) + 'px';
  };
  const look = (event) => {
    const word = wordAt(event.clientX, event.clientY);
    if (word) show(word); else hide();
  };
  let drawn = 0;
  document.addEventListener('pointermove', (event) => {
    cancelAnimationFrame(drawn);
    drawn = requestAnimationFrame(() => look(event));
  }, {passive: true});
  document.addEventListener('click', look);
  document.addEventListener('scroll', hide, {capture: true, passive: true});
  document.addEventListener('keydown', (event) => { if (event.key === 'Escape') hide(); });
})();
