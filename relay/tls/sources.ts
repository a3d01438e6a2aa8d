import { randomBytes } from 'node:crypto';
import { unwatchFile, watchFile } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { TlsSetting } from '../settings.ts';
import {
  type CertificateAndKey,
  CertificateError,
  certificateFrom,
  certificateFromText,
} from './certificate.ts';

/** A source from which a certificate can be read, as often as necessary. */
export interface CertificateSource {
  /** Rejects if it cannot be read or used. */
  read(): Promise<CertificateAndKey>;
  /** Calls `changed` when there may be a new certificate, until the returned function is called. */
  watch?(changed: () => void): () => void;
}

/** How often the modification times of files are checked. */
const WATCH_MS = 2_000;

export function certificateSource(setting: Exclude<TlsSetting, { kind: 'off' }>): CertificateSource {
  if (setting.kind === 'file') return files(setting.certificate, setting.key);
  return setting.kind === 'secret' ? secret(setting.id) : exported(setting.arn);
}

function files(certificate: string, key: string): CertificateSource {
  return {
    read: async () => certificateFrom(await readFile(certificate, 'utf8'), await readFile(key, 'utf8')),
    // By their times, because a file that is replaced by another one, or by a symbolic link, gives no event in some file systems.
    watch(changed) {
      const paths = [certificate, key];
      for (const path of paths) watchFile(path, { interval: WATCH_MS, persistent: false }, changed);
      return () => {
        for (const path of paths) unwatchFile(path, changed);
      };
    },
  };
}

/** Without a limit, a request that gets no answer would end the hourly reading for good. */
const CLIENT = {
  requestHandler: { connectionTimeout: 5_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
};

// Each client is loaded only where it is used: the bundle contains both.

function secret(id: string): CertificateSource {
  return {
    async read() {
      const { GetSecretValueCommand, SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager');
      const client = new SecretsManagerClient(CLIENT);
      try {
        const { SecretString, SecretBinary } = await client.send(new GetSecretValueCommand({ SecretId: id }));
        return certificateFromText(SecretString ?? Buffer.from(SecretBinary ?? []).toString());
      } finally {
        client.destroy();
      }
    },
  };
}

/** An exportable certificate of ACM: https://docs.aws.amazon.com/acm/latest/userguide/export-public-certificate.html */
function exported(arn: string): CertificateSource {
  return {
    async read() {
      const { ACMClient, ExportCertificateCommand } = await import('@aws-sdk/client-acm');
      const client = new ACMClient(CLIENT);
      // ACM encrypts the private key with this passphrase; allowed are ASCII characters other than #, $ and %.
      const passphrase = randomBytes(32).toString('base64url');
      try {
        const { Certificate, CertificateChain, PrivateKey } = await client.send(
          new ExportCertificateCommand({ CertificateArn: arn, Passphrase: Buffer.from(passphrase) }),
        );
        if (!Certificate || !PrivateKey)
          throw new CertificateError('The export of the certificate is incomplete.');
        return certificateFrom(`${Certificate}\n${CertificateChain ?? ''}`, PrivateKey, passphrase);
      } finally {
        client.destroy();
      }
    },
  };
}
