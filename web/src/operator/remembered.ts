const KEY = 'mk0r-operator';

/** Whether somebody signed in as operator in this browser, and until when: the cookie itself cannot be seen from here. */
export const rememberOperator = (until: string | undefined): void => {
  try {
    if (until === undefined) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, until);
  } catch {
    return; // Storage is forbidden: the first screen does not lead here, the address still does.
  }
};

/** Good enough to show a link by; every request is judged by the cookie. */
export const isOperatorHere = (): boolean => {
  try {
    return Date.parse(localStorage.getItem(KEY) ?? '') > Date.now();
  } catch {
    return false;
  }
};
