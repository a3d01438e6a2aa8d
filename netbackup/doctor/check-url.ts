import { type Finding, finding } from './finding.ts';

/** Checks the `url` of the details (EPT-3): `wss://host:port/uri`. `target` is set if it can be connected to. Pure. */
export function checkUrl(url: string): { readonly findings: readonly Finding[]; readonly target?: URL } {
  if (!URL.canParse(url)) return { findings: [finding('url-malformed', { url })] };
  const parsed = new URL(url);
  // The parts as written: URL normalizes them.
  const [, scheme = '', authority = '', rest = ''] = /^\s*([^:]*):\/*([^/?#]*)(.*)$/s.exec(url) ?? [];
  if (parsed.protocol !== 'wss:') return { findings: [finding('url-scheme', { scheme: `${scheme}://` })] };
  const findings: Finding[] = [];
  const host = authority.replace(/^.*@/, '').replace(/:\d*$/, '');
  if (/:$|^[^:]*$|\]$/.test(authority.replace(/^.*@/, ''))) {
    findings.push(finding('url-no-port', { suggestion: `wss://${host}:443${rest || '/'}` }));
  }
  if (!rest.startsWith('/')) findings.push(finding('url-no-path', {}));
  if (parsed.username !== '' || parsed.password !== '') findings.push(finding('url-credentials', {}));
  if (rest.includes('#')) findings.push(finding('url-fragment', {}));
  if (parsed.hostname.startsWith('[')) findings.push(finding('url-ipv6', { host: parsed.hostname }));
  if (/[^\x20-\x7e]/.test(host)) findings.push(finding('url-not-ascii', { host: parsed.hostname }));
  parsed.hash = '';
  return { findings, target: parsed };
}
