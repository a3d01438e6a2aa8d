import { omitUndefined } from '../omit-undefined.ts';
import { isObject } from '../wire/codec.ts';
import {
  apostropheIn,
  type EndpointDetails,
  isBlank,
  TEXT_FIELDS,
  toDetails,
} from '../wire/endpoint-details.ts';
import { checkUrl } from './check-url.ts';
import { FINDING_TYPES, type Finding, finding } from './finding.ts';
import { describeJsonError, positionIn } from './json-error.ts';

/** The result of checking details without using the network. */
export interface CheckedDetails {
  readonly findings: readonly Finding[];
  /** Set when NetBackup would accept them. */
  readonly details?: EndpointDetails;
  /** The endpoint's URL, if it can be connected to; also set when other fields are wrong. */
  readonly target?: URL;
}

const FIELDS: readonly string[] = [...TEXT_FIELDS, 'priority'];

/** Checks details as JSON text (EPT-1 to EPT-3, TRAP-4). Pure. */
export function checkDetails(text: string): CheckedDetails {
  if (isBlank(text)) return { findings: [finding('text-empty', {})] };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { findings: [finding('json-invalid', describeJsonError(text))] };
  }
  if (Array.isArray(value)) return { findings: [finding('json-array', { count: value.length })] };
  if (!isObject(value)) return { findings: [finding('json-no-object', { kind: kindOf(value) })] };
  return checkFields(value, checkApostrophe(text, value));
}

function checkApostrophe(text: string, value: Record<string, unknown>): Finding[] {
  const offset = apostropheIn(text);
  if (offset < 0) return [];
  const isIn = (part: unknown): boolean => typeof part === 'string' && part.includes("'");
  const [field] = Object.keys(value).filter((name) => isIn(name) || isIn(value[name]));
  return [finding('field-apostrophe', { ...omitUndefined({ field }), ...positionIn(text, offset) })];
}

function checkFields(value: Record<string, unknown>, ofText: readonly Finding[]): CheckedDetails {
  const findings: Finding[] = TEXT_FIELDS.flatMap((field) => checkText(field, value));
  findings.push(...checkPriority(value), ...ofText);
  for (const field of Object.keys(value)) {
    if (!FIELDS.includes(field)) findings.push(finding('field-extra', { field }));
  }
  const { hostName, url } = value;
  const { findings: urlFindings, target } =
    typeof url === 'string' && !isBlank(url) ? checkUrl(url) : { findings: [] };
  findings.push(...urlFindings);
  if (typeof hostName === 'string' && !isBlank(hostName)) findings.push(...checkHostName(hostName, target));
  if (findings.some(({ code }) => FINDING_TYPES[code].level === 'error'))
    return { findings, ...omitUndefined({ target }) };
  const details = toDetails({ ...value, priority: Math.trunc(Number(value['priority'])) });
  const { token: _token, ...shown } = details;
  return {
    findings: [finding('details-complete', shown), ...findings],
    details,
    ...omitUndefined({ target }),
  };
}

function checkText(field: string, value: Record<string, unknown>): Finding[] {
  const text = value[field];
  if (text === undefined) return [finding('field-missing', { field })];
  if (typeof text !== 'string') {
    return [finding('field-type', { field, wanted: 'string', found: kindOf(text) })];
  }
  if (isBlank(text)) return [finding('field-empty', { field })];
  // \s includes the ideographic space of Japanese keyboards, which is hard to see.
  return /\s/.test(text) ? [finding('field-blanks', { field })] : [];
}

function checkPriority({ priority }: Record<string, unknown>): Finding[] {
  const field = 'priority';
  if (priority === undefined) return [finding('field-missing', { field })];
  if (typeof priority === 'string' && isBlank(priority)) return [finding('field-empty', { field })];
  if (typeof priority !== 'number') {
    return [finding('field-type', { field, wanted: 'number', found: kindOf(priority) })];
  }
  return Number.isInteger(priority) && priority >= 0 ? [] : [finding('priority-odd', { priority })];
}

function checkHostName(hostName: string, target: URL | undefined): Finding[] {
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
