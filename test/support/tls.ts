/** The TLS certificate of the local endpoints: to make one costs half a CPU second. */
import { resolve } from 'node:path';
import { loadOrCreateCertificate, type TlsFiles } from '../../bin/nbwss/certificate.ts';

const DIR = resolve(import.meta.dirname, '../../.local/test', `tls-${process.env['JEST_WORKER_ID'] ?? '0'}`);
let loaded: Promise<TlsFiles> | undefined;

/** For `localhost`. Each worker of jest has its own, so that no two write it at the same time. */
export const testCertificate = (): Promise<TlsFiles> => {
  loaded ??= loadOrCreateCertificate(DIR, ['localhost']);
  return loaded;
};
