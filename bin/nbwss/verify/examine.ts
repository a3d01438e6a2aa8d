/** Everything that `nbwss verify` does: the conformance suite, a round of the canary, and the facts. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { playRound, type Round } from '../../../lambdas/canary/round.ts';
import type { GatewayKind } from '../../../lambdas/platform/gateway/kinds.ts';
import { ApiOperator } from '../../../netbackup/conformance/api-operator.ts';
import { type Result, runConformance } from '../../../netbackup/conformance/run.ts';
import type { EndpointDetails } from '../../../netbackup/wire/endpoint-details.ts';
import type { Account } from '../account.ts';
import { openChannel } from './channel.ts';
import { examine, type Fact, type Finding, type Probe, type Waits } from './fact.ts';
import { accountFacts, type ReadConcurrency } from './facts/account.ts';
import { httpFacts } from './facts/http.ts';
import { lifetimeFacts } from './facts/lifetimes.ts';
import { probeFacts } from './facts/probe.ts';
import { httpUrlOf, probeHttpFacts } from './facts/probe-http.ts';
import { relayFacts } from './facts/relay.ts';
import { apiGatewayFacts, webSocketFacts } from './facts/websocket.ts';
import { rawRequest } from './raw-request.ts';
import { createOwnGroup } from './target.ts';

export interface ExamineOptions {
  readonly account: Account;
  readonly trusted: readonly string[];
  /** `wss://` URL of the probe, if it is deployed. */
  readonly probeUrl?: string;
  readonly conformance: boolean;
  /** Which gateway is examined, if the deployment has two. */
  readonly gateway?: GatewayKind;
  readonly waits: Waits;
  /** How many connections are watched at the same time until the gateway closes them. */
  readonly watchedAtOnce: number;
  readonly readConcurrency: ReadConcurrency;
  /** Called with the name of each step when it begins. */
  readonly progress: (what: string) => void;
}

/** `conformance` is empty if the suite was skipped. */
export interface Examination {
  readonly conformance: readonly Result[];
  readonly canary: Round;
  readonly facts: readonly Finding[];
}

const ROUND_MS = 60_000;
/** Longer than the gateway waits for a function. */
const REQUEST_MS = 100_000;

async function checkClauses(details: EndpointDetails, options: ExamineOptions): Promise<Result[]> {
  const { account, trusted, waits } = options;
  // The suite reads details as NetBackup does, from a file.
  const folder = await mkdtemp(join(tmpdir(), 'nbwss-verify-'));
  try {
    const file = join(folder, 'details.json');
    await writeFile(file, JSON.stringify(details), { mode: 0o600 });
    return await runConformance(file, {
      trusted,
      limits: { answerMs: waits.soonMs },
      operator: ({ groupId }) => new ApiOperator(account.url, account.key, groupId),
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function all<Context>(
  facts: readonly Fact<Context>[],
  context: Context | undefined,
  atOnce = 1,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (let at = 0; at < facts.length; at += atOnce)
    findings.push(...(await Promise.all(facts.slice(at, at + atOnce).map((fact) => examine(fact, context)))));
  return findings;
}

function connectProbe(url: string, trusted: readonly string[], waits: Waits): Probe {
  const open = () => openChannel(url, trusted, waits.soonMs);
  let httpUrl: Promise<string> | undefined;
  return {
    waits,
    open,
    async request(path, options = {}) {
      httpUrl ??= httpUrlOf({ open, waits });
      return rawRequest(await httpUrl, path, options, trusted, REQUEST_MS);
    },
  };
}

/** @throws Error when the deployment cannot be reached, or its key may not create a group */
export async function examineDeployment(options: ExamineOptions): Promise<Examination> {
  const { account, trusted, probeUrl, waits, watchedAtOnce, readConcurrency, progress } = options;
  const { details, target, gateway, remove } = await createOwnGroup(account, trusted, waits, options.gateway);
  try {
    if (options.conformance) progress('The conformance suite …');
    const conformance = options.conformance ? await checkClauses(details, options) : [];
    progress('A round of the canary …');
    const canary = await playRound({
      groupId: details.groupId,
      webSocketUrl: details.url,
      token: details.token,
      apiUrl: account.url,
      apiKey: account.key,
      trusted,
      timeoutMs: ROUND_MS,
    });
    progress('The facts that the deployment shows …');
    const shown = [
      ...(await all(webSocketFacts, target)),
      ...(await all(gateway === 'relay' ? relayFacts : apiGatewayFacts, target)),
      ...(await all(httpFacts, target)),
      ...(await all(accountFacts, readConcurrency)),
    ];
    const probe = probeUrl === undefined ? undefined : connectProbe(probeUrl, trusted, waits);
    if (probe) progress('The facts that the probe shows …');
    const provoked = [...(await all(probeFacts, probe)), ...(await all(probeHttpFacts, probe))];
    if (probe && waits.minutes) progress('Connections are watched until the gateway closes them …');
    const watched = await all(lifetimeFacts, probe, watchedAtOnce);
    return { conformance, canary, facts: [...shown, ...provoked, ...watched] };
  } finally {
    // The results matter more than a clean end.
    await remove().catch((error: Error) => progress(error.message));
  }
}
