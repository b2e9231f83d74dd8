/** At most one render a frame, however fast news comes; a hidden page is not drawn, so it is told at once. */
export const paced = (notify: () => void) => {
  let due: number | undefined;
  return {
    call: (): void => {
      if (document.hidden) {
        notify();
        return;
      }
      due ??= requestAnimationFrame(() => {
        due = undefined;
        notify();
      });
    },
    stop: (): void => {
      if (due !== undefined) cancelAnimationFrame(due);
    },
  };
};
