/** Escapes external text for a terminal: it must not move the cursor, set colours or add lines. */

/** Escapes control characters and bidirectional controls as JSON does, so that JSON stays valid. */
export const printable = (text: string): string =>
  text.replace(
    /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** The same, but keeps line feeds. */
export const printableLines = (text: string): string => text.split('\n').map(printable).join('\n');
