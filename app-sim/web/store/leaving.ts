/** Nobody leaves this home for another site without knowing: the address is shown first, and no page is told where one came from. */
export const warnBeforeLeaving = (): void => {
  document.addEventListener(
    "click",
    (event) => {
      const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
      if (!(link instanceof HTMLAnchorElement) || !isElsewhere(link)) return;
      link.rel = "noreferrer noopener";
      if (!confirm(`This leaves your home for ${link.host}, which is not ours. Go there?`))
        event.preventDefault();
    },
    { capture: true },
  );
};

const isElsewhere = ({ protocol, origin }: HTMLAnchorElement): boolean =>
  protocol.startsWith("http") && origin !== location.origin;
