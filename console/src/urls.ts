/** The addresses of the console and of the API. They are relative to the page, which may be behind a custom domain's path. */

/** The path of the console without the last slash, such as `/console`. */
export const CONSOLE_PATH = new URL('.', document.baseURI).pathname.replace(/\/$/, '');

/** The URL of the API without the last slash. */
export const API_URL = new URL('..', document.baseURI).href.replace(/\/$/, '');

/** The path of a view. @param view such as `/jobs?outcome=failed` */
export const consolePath = (view: string): string => `${CONSOLE_PATH}${view}`;

export type Query = Readonly<Record<string, string | number | undefined>>;

/** The path of a view with a query; parameters without a value are left out. */
export const withQuery = (path: string, query: Query): string => {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[name, String(value)]],
  );
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`;
};
