const HEIGHT = new CSSStyleSheet();
HEIGHT.replaceSync(':host { display: block; height: 100%; } .cm-mergeView { height: 100%; }');

/** The shadow root of an element, which has it for good. */
export const shadowOf = (element: HTMLElement): ShadowRoot => {
  const root = element.shadowRoot ?? element.attachShadow({ mode: 'open' });
  if (!root.adoptedStyleSheets.includes(HEIGHT)) root.adoptedStyleSheets.push(HEIGHT);
  return root;
};
