/** Problems of every state: two open ones, an acknowledged and a recovered one of `berlin`, a muted one of `tokyo`, and one of the deployment. */
import type { Finding } from '../../lambdas/problems/finding.ts';
import type { Problem } from '../../lambdas/problems/problem.ts';
import { createReconcile } from '../../lambdas/problems/reconcile.ts';
import type { apiWorld } from './api.ts';
import { fakeBus } from './fakes.ts';

const DAY_MS = 86_400_000;

export const createProblems = async ({ context, clock }: ReturnType<typeof apiWorld>): Promise<void> => {
  const { problems } = context;
  const reconcile = createReconcile({
    ...context,
    bus: fakeBus(),
    repeatAfterHours: 24,
    labelsOf: async () => ({}),
    silencedUntil: async () => undefined,
  });
  const open = (groupId: string | undefined, name: string, kind: Finding['kind']) => {
    clock.advance(1_000);
    const subject = { clientName: name };
    const now = clock();
    const finding = { kind, since: now, last: now, count: 1, measures: [], text: `${name}: ${kind}` };
    return reconcile({ ...(groupId && { groupId }), subject, kinds: [kind] }, [finding]);
  };
  const revise = async (
    groupId: string,
    name: string,
    change: (ending: NonNullable<Problem['muted']>) => Partial<Problem>,
  ) => {
    const [problem] = await problems.ofSubject(groupId, { clientName: name });
    if (!problem) throw new Error(`${name} has no problem.`);
    const ending = { by: 'key', at: clock(), reason: 'known', until: clock() + DAY_MS };
    await problems.write(problem, { ...problem, ...change(ending) }, undefined);
  };
  await open('berlin', 'vm1', 'backup-failed');
  await open('berlin', 'vm2', 'backup-failed');
  await open('berlin', 'vm3', 'backup-failed');
  await open('berlin', 'vm4', 'backup-failed');
  await open('tokyo', 'vm5', 'job-stuck');
  await open(undefined, 'key', 'key-expiring');
  await revise('berlin', 'vm3', (acknowledged) => ({ acknowledged }));
  await revise('tokyo', 'vm5', (muted) => ({ muted }));
  await reconcile({ groupId: 'berlin', subject: { clientName: 'vm4' }, kinds: ['backup-failed'] }, []);
};
