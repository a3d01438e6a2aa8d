import { printable } from '../terminal.ts';
import { isObject, type Message } from '../wire/codec.ts';
import type { NetBackupPrimary } from './primary.ts';

export type Print = (line: string) => void;

/** The totals of a run. */
export interface Totals {
  /** Notifications, resends not counted. */
  sent: number;
  acknowledged: number;
  /** Messages that were sent again. */
  resent: number;
  answered: number;
  connected: number;
  disconnected: number;
  violations: number;
}

const LABEL_WIDTH = 13;

/** Prints one line per event, with the time in UTC. Returns the current totals. `label` distinguishes several primaries. */
export function attachLiveOutput(primary: NetBackupPrimary, print: Print, label?: string): Totals {
  const totals: Totals = {
    sent: 0,
    acknowledged: 0,
    resent: 0,
    answered: 0,
    connected: 0,
    disconnected: 0,
    violations: 0,
  };
  const line = (at: number, what: string, text: string): void => {
    const time = new Date(at).toISOString().slice(11, 19);
    print(printable(`${time} ${label === undefined ? '' : `${label} `}${what.padEnd(LABEL_WIDTH)}${text}`));
  };
  primary.on('connecting', ({ at, endpoint }) => line(at, 'connecting', endpoint.url));
  primary.on('connected', ({ at, endpoint }) => {
    totals.connected++;
    line(at, 'connected', `group ${endpoint.groupId}, priority ${endpoint.priority}, ${endpoint.hostName}`);
  });
  primary.on('disconnected', ({ at, code, reason, closeStatus, wasConnected }) => {
    if (wasConnected) totals.disconnected++;
    const what = wasConnected ? 'disconnected' : 'failed';
    line(at, what, `${closeStatus} (${code})${reason === '' ? '' : `: ${reason}`}`);
  });
  primary.on('sent', ({ at, message, items, bytes }) => {
    totals.sent += items;
    line(at, 'sent', `${describe(message)} (${size(bytes)})`);
  });
  primary.on('resent', ({ at, message, attempt }) => {
    totals.resent++;
    line(at, 'resent', `${describe(message)}, attempt ${attempt}`);
  });
  primary.on('acknowledged', ({ at, items, ms }) => {
    totals.acknowledged += items;
    line(at, 'acknowledged', `${items === 1 ? '1 notification' : `${items} notifications`} after ${ms} ms`);
  });
  primary.on('ignored', ({ at, why }) => line(at, 'ignored', `an acknowledgement: ${why}`));
  primary.on('command', ({ at, method, uri }) => line(at, 'command', `${method} ${short(uri)}`));
  primary.on('answered', ({ at, method, uri, responseCode, ms, bytes, isLost }) => {
    totals.answered++;
    const lost = isLost ? ', but the connection was closed' : '';
    line(at, 'answered', `${responseCode} to ${method} ${short(uri)} after ${ms} ms (${size(bytes)})${lost}`);
  });
  primary.on('violation', ({ at, clause, reason, text }) => {
    totals.violations++;
    line(at, 'VIOLATION', `${clause}: ${reason}${text === '' ? '' : `: ${text.slice(0, 120)}`}`);
  });
  return totals;
}

/** One line for a run's totals. */
export function formatTotals(totals: Totals): string {
  const { sent, acknowledged, resent, answered, disconnected, violations } = totals;
  return (
    `${sent} notifications sent, ${acknowledged} acknowledged, ${resent} messages resent, ` +
    `${answered} commands answered, ${disconnected} disconnections, ${violations} violations`
  );
}

const MAX_SHOWN = 4;

/** `3 JOB: 144 ACTIVE, 145 DONE (0), …`. */
function describe({ payload }: Message): string {
  const kinds = Array.isArray(payload) ? payload : [];
  return kinds
    .map(({ object, data }) => {
      const items: unknown[] = Array.isArray(data) ? data : [];
      const more = items.length > MAX_SHOWN ? ', …' : '';
      return `${items.length} ${object}: ${items.slice(0, MAX_SHOWN).map(describeItem).join(', ')}${more}`;
    })
    .join('; ');
}

function describeItem(item: unknown): string {
  if (!isObject(item)) return '?';
  const { jobId, jobType, state, status, backupId, operationId } = item;
  if (jobId !== undefined) return `${jobType} ${jobId} ${state}${state === 'DONE' ? ` (${status})` : ''}`;
  if (backupId !== undefined) return `${backupId} ${operationId}`;
  return '?';
}

function short(uri: string): string {
  return uri.length > 100 ? `${uri.slice(0, 100)}…` : uri;
}

function size(bytes: number): string {
  return bytes < 1024 ? `${bytes} B` : `${(bytes / 1024).toFixed(1)} KB`;
}
