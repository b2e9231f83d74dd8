/** Hands the browser something to keep as a file. */
export const save = (content: Blob, name: string): void => {
  const address = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // Firefox begins to read after the click has returned.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
};
