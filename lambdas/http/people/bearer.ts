/** The token of a header `Authorization: Bearer …` (RFC 6750, 2.1); undefined if it has another form. */
export const bearerOf = (header: string | undefined): string | undefined =>
  header === undefined ? undefined : /^bearer +(\S+) *$/i.exec(header)?.[1];
