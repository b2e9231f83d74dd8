/**
 * Request header by which `POST /api-keys` binds a sending key to one audience, which it may then manage contacts
 * of. Our extension, understood by the embedded catcher: Resend knows no such scope and ignores the header.
 */
export const BIND_HEADER = 'x-mk0r-bind-segment';
