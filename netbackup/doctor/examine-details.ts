import { isObject } from '../wire/codec.ts';
import { type EndpointDetails, toDetails } from '../wire/endpoint-details.ts';
import { examineUrl } from './examine-url.ts';
import { CATALOGUE, type Finding, finding } from './finding.ts';
import { findJsonTrouble } from './json-trouble.ts';

/** What can be said of details without going near the network. Pure. */
export interface Examined {
  readonly findings: readonly Finding[];
  /** Set when NetBackup would take them. */
  readonly details?: EndpointDetails;
  /** Where they point, if it can be dialled; also when something else is wrong with them. */
  readonly target?: URL;
}

const TEXT_FIELDS = ['token', 'groupId', 'hostName', 'url'] as const;
const FIELDS: readonly string[] = ['token', 'priority', 'groupId', 'hostName', 'url'];

/** Examines details as JSON text (EPT-1 to EPT-3, TRAP-4). */
export function examineDetails(text: string): Examined {
  if (text.trim() === '') return { findings: [finding('text-empty', {})] };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const trouble = findJsonTrouble(text) ?? { line: 1, column: 1, hint: 'unexpected' };
    return { findings: [finding('json-invalid', trouble)] };
  }
  if (Array.isArray(value)) return { findings: [finding('json-array', { count: value.length })] };
  if (!isObject(value)) return { findings: [finding('json-no-object', { kind: kindOf(value) })] };
  return examineFields(value);
}

function examineFields(value: Record<string, unknown>): Examined {
  const findings: Finding[] = TEXT_FIELDS.flatMap((field) => examineText(field, value));
  findings.push(...examinePriority(value));
  for (const field of Object.keys(value)) {
    if (!FIELDS.includes(field)) findings.push(finding('field-extra', { field }));
  }
  const { hostName, url } = value;
  const { findings: ofUrl, target } =
    typeof url === 'string' && url !== '' ? examineUrl(url) : { findings: [] };
  findings.push(...ofUrl);
  if (typeof hostName === 'string' && hostName !== '') findings.push(...examineHostName(hostName, target));
  const reachable = target === undefined ? {} : { target };
  if (findings.some(({ code }) => CATALOGUE[code].level === 'error')) return { findings, ...reachable };
  const details = toDetails({ ...value, priority: Math.trunc(Number(value['priority'])) });
  const { token: _token, ...shown } = details;
  return { findings: [finding('details-complete', shown), ...findings], details, ...reachable };
}

function examineText(field: string, value: Record<string, unknown>): Finding[] {
  const text = value[field];
  if (text === undefined) return [finding('field-missing', { field })];
  if (typeof text !== 'string') {
    return [finding('field-type', { field, wanted: 'string', found: kindOf(text) })];
  }
  if (text === '') return [finding('field-empty', { field })];
  const findings: Finding[] = [];
  if (text.includes("'")) findings.push(finding('field-apostrophe', { field }));
  // Ideographic blanks count: they come from Japanese keyboards, and nobody sees them.
  if (/\s/.test(text)) findings.push(finding('field-blanks', { field }));
  return findings;
}

function examinePriority({ priority }: Record<string, unknown>): Finding[] {
  const field = 'priority';
  if (priority === undefined) return [finding('field-missing', { field })];
  if (priority === '') return [finding('field-empty', { field })];
  if (typeof priority !== 'number') {
    return [finding('field-type', { field, wanted: 'number', found: kindOf(priority) })];
  }
  return Number.isInteger(priority) && priority >= 0 ? [] : [finding('priority-odd', { priority })];
}

function examineHostName(hostName: string, target: URL | undefined): Finding[] {
  const findings: Finding[] = [];
  const isAddress = /^[\d.]+$/.test(hostName) || hostName.includes(':');
  if (!isAddress && !hostName.includes('.')) findings.push(finding('host-name-not-qualified', { hostName }));
  const urlHost = target?.hostname.replace(/^\[|\]$/g, '');
  if (urlHost !== undefined && hostName.toLowerCase() !== urlHost && asciiOf(hostName) !== urlHost) {
    findings.push(finding('host-name-differs', { hostName, urlHost }));
  }
  return findings;
}

function asciiOf(hostName: string): string | undefined {
  return URL.canParse(`https://${hostName}`) ? new URL(`https://${hostName}`).hostname : undefined;
}

function kindOf(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
}
