/** Attempts at one error of an app, with nobody having said anything in between. */
export const MAX_FIXES = 3;
