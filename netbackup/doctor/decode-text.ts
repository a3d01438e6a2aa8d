import { type Finding, finding } from './finding.ts';

/** Decoded text, and findings about its encoding: JSON is UTF-8 without a byte order mark (RFC 8259, 8.1). */
export interface DecodedText {
  readonly text: string;
  readonly findings: readonly Finding[];
}

/** Never throws: invalid bytes become replacement characters and a finding. */
export function decodeText(bytes: Uint8Array): DecodedText {
  const utf16 = detectUtf16(bytes);
  if (utf16) return { text: new TextDecoder(utf16).decode(bytes), findings: [finding('text-utf16', {})] };
  const findings: Finding[] = [];
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) findings.push(finding('text-bom', {}));
  try {
    // The decoder removes the byte order mark.
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), findings };
  } catch {
    findings.push(finding('text-not-utf8', {}));
    return { text: new TextDecoder('utf-8').decode(bytes), findings };
  }
}

/** By the byte order mark, or by the zero byte next to every ASCII character. */
function detectUtf16(bytes: Uint8Array): string | undefined {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (first !== undefined && first !== 0 && second === 0) return 'utf-16le';
  if (first === 0 && second !== undefined && second !== 0) return 'utf-16be';
  return undefined;
}
