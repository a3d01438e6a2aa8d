/** A deployment with custom domains on this machine: its names, their certificates, and their resolution in this process. */
import dns from 'node:dns';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Settings, synthesize } from '../../bin/nbwss/assembly.ts';
import type { KeyPair } from '../../bin/nbwss/certificate.ts';
import { createCertificate } from '../fixtures/certificates.ts';
import { type Deployment, startDeployment } from './deployment.ts';

export const WEBSOCKET_NAME = 'nbwss.example.com';
export const API_NAME = 'nbwss-api.example.com';
const NAMES = [WEBSOCKET_NAME, API_NAME, 'localhost'];

/** An ARN as ACM has it; the local cloud does not look at it. */
export const CERTIFICATE_ARN =
  'arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012';

export interface DomainDeployment {
  readonly deployment: Deployment;
  /** A new certificate for both names, valid for some days, of the authority that the deployment trusts. */
  issue(days: number): Promise<KeyPair>;
  stop(): Promise<void>;
}

/** Makes the names lead to this machine, as DNS would. */
const leadHere = (): (() => void) => {
  const { lookup } = dns;
  const found = jest
    .spyOn(dns, 'lookup')
    .mockImplementation(((name: string, ...rest: never[]) =>
      (lookup as (...args: unknown[]) => void)(NAMES.includes(name) ? '127.0.0.1' : name, ...rest)) as never);
  return () => found.mockRestore();
};

/** Starts a deployment with both domains. */
export const startWithDomains = async (settings: Settings = {}): Promise<DomainDeployment> => {
  const folder = await mkdtemp(join(tmpdir(), 'nbwss-domains-'));
  const restore = leadHere();
  const assembly = join(folder, 'cdk.out');
  const caFile = join(folder, 'ca.pem');
  const issuer = await createCertificate({ names: ['Authority'], isCa: true, to: 3650 });
  await writeFile(caFile, issuer.cert);
  const issue = (days: number) => createCertificate({ names: NAMES, issuer, to: days });
  await synthesize(resolve(import.meta.dirname, '../..'), assembly, {
    webSocketDomain: { name: WEBSOCKET_NAME, certificateArn: CERTIFICATE_ARN },
    apiDomain: { name: API_NAME, certificateArn: CERTIFICATE_ARN },
    ...settings,
  });
  const deployment = await startDeployment({ assembly, tls: { ...(await issue(198)), caFile } });
  return {
    deployment,
    issue,
    async stop() {
      await deployment.stop();
      restore();
      await rm(folder, { recursive: true, force: true });
    },
  };
};
