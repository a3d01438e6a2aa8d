/**
 * I-4 against the shipped functions: with kills, losses and refusals before or after any AWS call, wrong 410s of the gateway, and
 * broken connections, NetBackup runs no command twice that must not run twice, and every command ends.
 */
import fc from 'fast-check';
import { MAX_ATTEMPTS } from '../../../lambdas/commands/command.ts';
import { isOpen } from '../../../lambdas/commands/states.ts';
import type { FaultRule } from '../../../local/faults.ts';
import type { RestRequest } from '../../../netbackup/simulator/rest/types.ts';
import { type Deployment, startDeployment } from '../../support/deployment.ts';

type Step = 'get' | 'post' | 'always' | 'cut' | 'hold' | 'release' | 'grace' | 'sweep';

/** The gateway returns 410 for a message that arrived (after) or did not. */
const status410 = (nth: number, when: 'before' | 'after', functionName: string): FaultRule => ({
  function: functionName,
  action: 'PostToConnection',
  nth,
  when,
  do: 'fail',
  error: 'GoneException',
});
const wrong410s: fc.Arbitrary<FaultRule> = fc
  .tuple(
    fc.integer({ min: 1, max: 3 }),
    fc.constantFrom('before' as const, 'after' as const, 'after' as const),
    fc.constantFrom('Command', 'Respond', 'Session', 'Sweep'),
  )
  .map((drawn) => status410(...drawn));

const anyFault: fc.Arbitrary<FaultRule> = fc
  .record({
    function: fc.constantFrom('Command', 'Respond', 'Session', 'Sweep'),
    service: fc.constantFrom('dynamodb', 'dynamodb', 'execute-api', 'kms', 'events'),
    nth: fc.integer({ min: 1, max: 5 }),
    when: fc.constantFrom('before' as const, 'after' as const),
    do: fc.constantFrom('kill' as const, 'lose' as const, 'fail' as const, 'throttle' as const),
  })
  // The gateway throttles before it sends anything: its 429 is a refusal, after which a command may be sent again (I-4).
  .map((rule) =>
    rule.service === 'execute-api' && rule.do === 'throttle' ? { ...rule, when: 'before' } : rule,
  );
const faults = fc.oneof({ weight: 3, arbitrary: anyFault }, { weight: 1, arbitrary: wrong410s });
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.constantFrom<Step>('get', 'post', 'post', 'always', 'cut', 'hold', 'release', 'grace', 'sweep'),
  { minLength: 3, maxLength: 9 },
);

interface Submitted {
  readonly kind: 'get' | 'post' | 'always';
  readonly number: number;
  /** Absent when the caller got no id. */
  readonly commandId?: string;
}

/** A run: a new domain, whose NetBackup records each call. */
class Run {
  readonly ran: RestRequest[] = [];
  readonly submitted: Submitted[] = [];
  readonly #deployment: Deployment;
  readonly #groupId: string;
  #held: { wait: Promise<void>; release: () => void } | undefined;
  #cut = () => {};

  constructor(deployment: Deployment, groupId: string) {
    this.#deployment = deployment;
    this.#groupId = groupId;
  }

  async begin() {
    const details = await this.#deployment.createGroup(this.#groupId);
    const primary = this.#deployment.primary([details], {
      properties: { connectionPeriodMs: 50 },
      faults: [
        {
          name: 'cut',
          established: (connection) => {
            this.#cut = () => connection.cut();
          },
        },
      ],
      backend: {
        call: async (request) => {
          this.ran.push(request);
          await this.#held?.wait;
          return { status: 200, headers: {}, body: `response to ${request.uri}` };
        },
      },
    });
    if (!primary.isConnected()) await primary.when('connected');
    return primary;
  }

  async #submit(kind: Submitted['kind']): Promise<void> {
    const number = this.submitted.length;
    const answer = await this.#deployment.http('POST', `/v1/groups/${this.#groupId}/commands`, {
      body: {
        method: kind === 'get' ? 'GET' : 'POST',
        uri: `/netbackup/call/${number}`,
        retry: kind === 'always' ? 'always' : 'safe',
        deliverWithin: 120,
        executeWithin: 60,
      },
    });
    const { commandId } = answer.json as { commandId?: string };
    this.submitted.push({ kind, number, ...(answer.status === 202 && commandId ? { commandId } : {}) });
  }

  #release(): void {
    this.#held?.release();
    this.#held = undefined;
  }

  async take(step: Step): Promise<void> {
    const { clock } = this.#deployment;
    if (step === 'get' || step === 'post' || step === 'always') return this.#submit(step);
    if (step === 'cut') this.#cut();
    else if (step === 'release') this.#release();
    else if (step === 'grace') clock.advance(10_001);
    else if (step === 'sweep') return this.#deployment.sweep();
    else if (!this.#held) {
      let release = () => {};
      const wait = new Promise<void>((resolve) => {
        release = resolve;
      });
      this.#held = { wait, release };
    }
  }

  /** Without more faults, advances the clock past all deadlines. */
  async end(): Promise<void> {
    this.#release();
    for (let minute = 0; minute < 4; minute++) {
      await this.#deployment.cloud.drained();
      this.#deployment.clock.advance(60_001);
      await this.#deployment.sweep();
    }
  }

  async show(commandId: string) {
    const path = `/v1/groups/${this.#groupId}/commands/${commandId}`;
    return (await this.#deployment.http('GET', path)).json;
  }
}

/** How often each kind may run at most. */
const MAX_RUNS = { get: MAX_ATTEMPTS, post: 1, always: MAX_ATTEMPTS };

const check = async (deployment: Deployment, groupId: string, rules: FaultRule[], plan: Step[]) => {
  const run = new Run(deployment, groupId);
  const primary = await run.begin();
  const { cloud } = deployment;
  try {
    for (const rule of rules) cloud.faults.add(rule);
    for (const step of plan) await run.take(step);
    cloud.faults.clear();
    await run.end();
    for (const { kind, number, commandId } of run.submitted) {
      const uri = `/netbackup/call/${number}`;
      const times = run.ran.filter((request) => request.uri === uri).length;
      expect([kind, number, times <= MAX_RUNS[kind]]).toEqual([kind, number, true]);
      if (!commandId) continue;
      const command = await run.show(commandId);
      expect([command.state, isOpen(command.state)]).toEqual([command.state, false]);
      if (command.state !== 'completed') continue;
      expect(command.response.body).toBe(`response to ${uri}`);
      expect(times).toBeGreaterThan(0);
    }
    // When a function is killed, or the clock is advanced during it, the gateway sends an error frame, which violates ENV-5.
    expect(primary.violations.filter(({ clause }) => clause !== 'ENV-5')).toEqual([]);
  } finally {
    cloud.faults.clear();
    await primary.stop();
  }
};

describe.each(['serial', 'shuffled'] as const)('messages %s', (order) => {
  let deployment: Deployment;
  let serial = 0;
  beforeAll(async () => {
    deployment = await startDeployment({ order });
  });
  afterAll(() => deployment.stop());

  test('no unsafe command runs twice, and every command ends', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(faults, { minLength: 1, maxLength: 2 }), steps, (rules, plan) =>
        check(deployment, `run-${++serial}`, rules, plan),
      ),
      {
        examples: [
          [[status410(1, 'after', 'Command')], ['post', 'cut', 'get']],
          // Queued commands are sent after CONNECT RESPONSE, which is the first message.
          [[status410(2, 'after', 'Session')], ['cut', 'post', 'post', 'grace', 'cut']],
        ],
        // In serial order only the examples: the order of messages is not what it tests.
        numRuns: order === 'serial' ? 2 : 6,
        endOnFailure: true,
        interruptAfterTimeLimit: 60_000,
        markInterruptAsFailure: false,
      },
    );
  }, 180_000);
});
