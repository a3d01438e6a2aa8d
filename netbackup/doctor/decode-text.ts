import { type Finding, finding } from './finding.ts';

/** Bytes as text, and what is odd about their encoding: JSON is UTF-8 without a byte order mark (RFC 8259, 8.1). */
export interface Decoded {
  readonly text: string;
  readonly findings: readonly Finding[];
}

/** Never throws: what cannot be decoded becomes replacement characters, and a finding. */
export function decodeText(bytes: Uint8Array): Decoded {
  const utf16 = utf16Of(bytes);
  if (utf16) return { text: new TextDecoder(utf16).decode(bytes), findings: [finding('text-utf16', {})] };
  const findings: Finding[] = [];
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) findings.push(finding('text-bom', {}));
  try {
    // The decoder takes the mark away.
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), findings };
  } catch {
    findings.push(finding('text-not-utf8', {}));
    return { text: new TextDecoder('utf-8').decode(bytes), findings };
  }
}

/** By its mark, or by the zero bytes that UTF-16 has beside every ASCII character. */
function utf16Of(bytes: Uint8Array): string | undefined {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (first !== undefined && first !== 0 && second === 0) return 'utf-16le';
  if (first === 0 && second !== undefined && second !== 0) return 'utf-16be';
  return undefined;
}
