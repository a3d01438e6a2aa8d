import { lookup } from 'node:dns/promises';
import { connect, isIP } from 'node:net';
import { type Finding, finding } from './finding.ts';

/** Where a URL points. `host` is without brackets. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

export function addressOf({ hostname, port }: URL): Address {
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 443) };
}

/** More than these are not tried one by one. */
const MAX_TRIED = 4;

/** Whether name resolution and TCP work, over every address of the host: NetBackup may take any. */
export async function reach({ host, port }: Address, timeoutMs: number): Promise<Finding[]> {
  const findings: Finding[] = [];
  let addresses: string[] = [host];
  if (isIP(host) === 0) {
    try {
      addresses = await within(resolve(host), timeoutMs);
    } catch (error) {
      return [finding('dns-failed', { host, reason: reasonOf(error) })];
    }
    findings.push(finding('dns-resolved', { host, addresses: addresses.join(', ') }));
  }
  const failed: { address: string; port: number; reason: string }[] = [];
  for (const address of addresses.slice(0, MAX_TRIED)) {
    const begun = performance.now();
    try {
      await open(address, port, timeoutMs);
      const ms = Math.round(performance.now() - begun);
      findings.push(finding('tcp-connected', { address, port, ms }));
    } catch (error) {
      failed.push({ address, port, reason: reasonOf(error) });
    }
  }
  const isReached = findings.some(({ code }) => code === 'tcp-connected');
  const told = failed.map((one) =>
    isReached ? finding('tcp-partly', one) : finding('tcp-failed', { host, ...one }),
  );
  return [...findings, ...told];
}

async function resolve(host: string): Promise<string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address);
}

function open(host: string, port: number, timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    socket.setTimeout(timeoutMs, () => socket.destroy(new Error(timedOut(timeoutMs))));
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', reject);
  });
}

async function within<T>(promise: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(timedOut(timeoutMs))), timeoutMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

const timedOut = (timeoutMs: number): string => `no answer within ${Math.round(timeoutMs / 1000)} s`;

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
}
