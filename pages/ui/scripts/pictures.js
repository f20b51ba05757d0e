/* A second button beside "Download plot as a PNG" in the toolbar of every picture: the same as SVG. Plotly's button
   makes one format, which it reads from the settings of the picture at the moment of the press. */
(() => {
  if (window.studioPictures) return;
  window.studioPictures = true;
  const PNG = '.modebar-btn[data-title="Download plot as a PNG"]';
  const SVG = 'http://www.w3.org/2000/svg';
  const LABEL = 'Download plot as an SVG';

  const made = (name, attributes, space) => {
    const element = space ? document.createElementNS(space, name) : document.createElement(name);
    Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value));
    return element;
  };
  const save = (png) => {
    const options = png.closest('.js-plotly-plot')._context.toImageButtonOptions;
    const before = options.format;
    options.format = 'svg';
    png.click();
    options.format = before;
  };
  const add = (png) => {
    if (png.parentElement.querySelector('.studio-svg')) return;
    const svg = made(png.tagName, {'class': 'modebar-btn studio-svg', rel: 'tooltip', 'data-title': LABEL,
      'aria-label': LABEL, role: 'button', tabindex: '0'});
    const icon = made('svg', {viewBox: '0 0 28 16', height: '1em', width: '1.75em', 'class': 'icon'}, SVG);
    const word = made('text', {x: 14, y: 13, 'text-anchor': 'middle', 'font-size': 13, 'font-weight': 700}, SVG);
    word.textContent = 'SVG';
    icon.append(word);
    svg.append(icon);
    svg.addEventListener('click', () => save(png));
    svg.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' && event.key !== ' ') return;
      event.preventDefault();
      save(png);
    });
    png.after(svg);
  };
  const look = () => document.querySelectorAll(PNG).forEach(add);
  new MutationObserver(look).observe(document.body, {childList: true, subtree: true});
  look();
})();
