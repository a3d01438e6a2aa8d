/** What `npm start` prints. */

import type { AwsCall } from '../../local/front-door/record.ts';
import { isLoopback, urlHost } from '../../local/host-names.ts';
import type { AlarmChange } from '../../local/metrics/alarms.ts';
import type { Mail } from '../../local/sns.ts';
import { printable } from '../../netbackup/terminal.ts';
import type { ConnectionFile } from './connection-file.ts';

type Print = (line: string) => void;

interface DemoGroup {
  readonly groupId: string;
  readonly connectionFile: string;
  /** The `--state` folder if it is not the default: other commands then need the option too. */
  readonly state?: string;
  /** With two gateways: where the relay is. */
  readonly relayUrl?: string;
}

/** Prints the addresses, that of the console first, the client key and three calls to try. */
export const welcome = (
  print: Print,
  { apiUrl, apiKey, webSocketUrl, endpointFile, caFile }: ConnectionFile,
  { groupId, connectionFile, state, relayUrl }: DemoGroup,
): void => {
  const group = `${apiUrl}/v1/groups/${groupId}`;
  const call = `'{"method":"GET","uri":"/netbackup/ping"}'`;
  const inState = state === undefined ? '' : ` --state '${state}'`;
  const tunnel = `npx nbwss tunnel ${groupId}${inState}`;
  const create = `npx nbwss endpoints create ${groupId} --gateway relay${inState}`;
  for (const line of [
    '',
    `  Console    ${apiUrl}/console/   (sign in with the API key below)`,
    `  WebSocket  ${webSocketUrl}`,
    ...(relayUrl === undefined ? [] : [`  Relay      ${relayUrl}   (its endpoint: ${create})`]),
    `  API        ${apiUrl}`,
    `  API key    ${apiKey}   (for clients; the admin key is in ${connectionFile})`,
    `  Endpoint   ${endpointFile}   (the details that NetBackup reads)`,
    `  CA         ${caFile}`,
    `  Tunnel     ${tunnel}   (gives a client https://127.0.0.1:1556/netbackup/)`,
    '',
    '  Is the domain connected? What has it reported? Call its REST API through the WebSocket:',
    '',
    `  curl -s -H 'x-api-key: ${apiKey}' ${group}`,
    `  curl -s -H 'x-api-key: ${apiKey}' ${group}/jobs`,
    `  curl -s -H 'x-api-key: ${apiKey}' -H 'content-type: application/json' -H 'prefer: wait=10' -d ${call} ${group}/commands`,
    '',
  ]) {
    print(line);
  }
};

/** What `--listen` opens to other machines; no line for a loopback address. */
export const exposure = (
  { listen }: { readonly listen: string },
  cloud: Readonly<Record<'webSocketUrl' | 'apiUrl' | 'balancerUrl', string>>,
): string[] => {
  if (isLoopback(listen)) return [];
  const { webSocketUrl, apiUrl, balancerUrl } = cloud;
  const port = (url: string) => new URL(url).port;
  const api = port(apiUrl);
  // With two gateways both have a port.
  const ws = [...new Set([webSocketUrl, balancerUrl].filter((url) => url !== '').map(port))].join(' and ');
  return [
    `  OPEN TO THE NETWORK: every machine that reaches ${urlHost(listen)} can connect to the WebSocket (port ${ws}), for which it needs an endpoint's token, and call the API (port ${api}), for which it needs an API key. The API has no TLS over http://, where keys and answers can be read on the way: use https://.`,
    '',
  ];
};

const time = (at: number): string => new Date(at).toISOString().slice(11, 19);

/** One line for an event on the bus; undefined for other detail types. */
export const storedLine = (
  detailType: string,
  detail: Readonly<Record<string, unknown>>,
  at = Date.now(),
): string | undefined => {
  const { jobId, outcome, backupId, reason, eventId } = detail;
  // Names from NetBackup may contain line breaks.
  const line = (text: string) => printable(`${time(at)} stored       ${text}`);
  switch (detailType) {
    case 'Job State Changed': {
      const { state, jobType, policyName, clientName } = detail['job'] as Record<string, unknown>;
      const policy = policyName ? `policy ${policyName}` : 'no policy';
      return line(`job ${jobId} ${jobType} ${state} (${outcome}), ${policy}, client ${clientName}`);
    }
    case 'Image Changed': {
      const { operationId } = detail['image'] as Record<string, unknown>;
      return line(`image ${backupId} ${operationId}`);
    }
    case 'Notification Quarantined':
      return line(`quarantined ${eventId}: ${reason}`);
    default:
      return undefined;
  }
};

/** One line for a function's warning or error; undefined for its other log lines. */
export const functionLogLine = (functionName: string, line: string): string | undefined => {
  let entry: Record<string, unknown>;
  try {
    entry = JSON.parse(line) as Record<string, unknown>;
  } catch {
    return printable(`${functionName}: ${line}`);
  }
  const { level, message, service, reason, groupId, errorMessage } = entry;
  if (level !== 'WARN' && level !== 'ERROR') return undefined;
  const detail = [groupId, reason, errorMessage].filter((part) => part !== undefined).join(' · ');
  const what = `${service}: ${message}${detail && ` (${detail})`}`;
  return printable(`${time(Date.now())} ${String(level).toLowerCase().padEnd(12)} ${what}`);
};

/** One line for an alarm of the deployment that goes on or off. */
export const alarmLine = ({ at, name, state, description }: AlarmChange): string =>
  printable(`${time(at)} alarm        ${state === 'ALARM' ? `${name}: ${description}` : `${name} is off`}`);

/** One line for a mail that SES would send. */
export const keptMailLine = (
  { at, subject, to }: { readonly at: number; readonly subject: string; readonly to: readonly string[] },
  file: string,
): string => printable(`${time(at)} mail         ${subject}, to ${to.join(', ')}: ${file}`);

/** The lines of an e-mail that SNS would send. */
export const mailLines = ({ at, from, to, text }: Mail): string[] =>
  [`to ${to} from "${from}":`, ...text.split('\n')].map((line) =>
    printable(`${time(at)} mail         ${line}`),
  );

/** One line for an AWS call (`--trace`). */
export const traceLine = (call: AwsCall): string => {
  const {
    at,
    functionName = 'you',
    service,
    action,
    resource,
    status,
    errorCode,
    readUnits,
    writeUnits,
    durationMs,
  } = call;
  const units = [readUnits ? `${readUnits} RRU` : '', writeUnits ? `${writeUnits} WRU` : '']
    .filter(Boolean)
    .join(' ');
  const result = errorCode ?? status;
  return `${time(at)} aws          ${functionName} ${service}:${action} ${resource.split(/[:/]/).at(-1)} ${result} ${durationMs.toFixed(1)} ms ${units}`.trimEnd();
};
