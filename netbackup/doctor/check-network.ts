import { lookup } from 'node:dns/promises';
import { connect, isIP } from 'node:net';
import { type Finding, finding } from './finding.ts';

/** The server of a URL. `host` is without brackets. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

export function addressOf({ hostname, port }: URL): Address {
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 443) };
}

/** The maximum of addresses to try. */
const MAX_ADDRESSES = 4;

/** Checks name resolution, and TCP to every address of the host: NetBackup may use any of them. */
export async function checkNetwork({ host, port }: Address, timeoutMs: number): Promise<Finding[]> {
  const findings: Finding[] = [];
  let addresses: string[] = [host];
  if (isIP(host) === 0) {
    try {
      addresses = await withTimeout(resolve(host), timeoutMs);
    } catch (error) {
      return [finding('dns-failed', { host, reason: reasonOf(error) })];
    }
    findings.push(finding('dns-resolved', { host, addresses: addresses.join(', ') }));
  }
  const failed: { address: string; port: number; reason: string }[] = [];
  for (const address of addresses.slice(0, MAX_ADDRESSES)) {
    const begun = performance.now();
    try {
      await open(address, port, timeoutMs);
      const ms = Math.round(performance.now() - begun);
      findings.push(finding('tcp-connected', { address, port, ms }));
    } catch (error) {
      failed.push({ address, port, reason: reasonOf(error) });
    }
  }
  const isConnected = findings.some(({ code }) => code === 'tcp-connected');
  const failures = failed.map((one) => finding(isConnected ? 'tcp-partly' : 'tcp-failed', { host, ...one }));
  return [...findings, ...failures];
}

async function resolve(host: string): Promise<string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address);
}

function open(host: string, port: number, timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    socket.setTimeout(timeoutMs, () => socket.destroy(new Error(timeoutText(timeoutMs))));
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', reject);
  });
}

async function withTimeout<T>(promise: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(timeoutText(timeoutMs))), timeoutMs);
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

const timeoutText = (timeoutMs: number): string => `no answer within ${Math.round(timeoutMs / 1000)} s`;

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
}
