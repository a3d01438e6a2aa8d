/** Calls of NetBackup that are only sent on demand, and the response. */
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { ApiFailure } from '../api/failure.ts';
import { announce } from '../components/announce.tsx';
import { Failure } from '../components/loaded.tsx';
import { formatAge } from '../format/times.ts';
import { common } from '../i18n/common.ts';
import { callNetBackup } from './call-netbackup.ts';
import { oneJobWords } from './jobs/job-words.ts';

export interface NetBackupCall {
  readonly name: string;
  readonly title: string;
  /** Path and query, beginning with `/netbackup/`. */
  readonly uri: string;
  readonly show: (body: string) => ComponentChildren;
}

interface Outcome {
  readonly call: NetBackupCall;
  readonly body?: string;
  readonly failure?: ApiFailure;
  readonly at?: number;
}

/** The failure in the viewer's words, with what NetBackup or the API said. */
const explained = (failure: ApiFailure): ApiFailure => {
  const hint = (oneJobWords().refused as Readonly<Record<string, string>>)[failure.code];
  const message =
    hint === undefined ? failure.message : `${hint} ${failure.code === 'netbackup' ? failure.message : ''}`;
  return new ApiFailure(failure.status ?? 0, failure.code, message, failure.trackingId);
};

interface NetBackupCallsProps {
  readonly groupId: string;
  readonly calls: readonly NetBackupCall[];
}

export const NetBackupCalls = ({ groupId, calls }: NetBackupCallsProps) => {
  const [outcome, setOutcome] = useState<Outcome>();
  const text = oneJobWords();
  const isBusy = outcome !== undefined && outcome.at === undefined;
  const send = async (call: NetBackupCall): Promise<void> => {
    setOutcome({ call });
    try {
      setOutcome({ call, body: await callNetBackup(groupId, call.uri), at: Date.now() });
      announce(call.title);
    } catch (error) {
      const failure =
        error instanceof ApiFailure ? error : new ApiFailure(undefined, 'no-response', String(error));
      setOutcome({ call, failure, at: Date.now() });
    }
  };
  return (
    <>
      <p class="quiet">{text.askHelp}</p>
      <div class="page-actions">
        {calls.map((call) => (
          <button
            key={call.name}
            type="button"
            disabled={isBusy}
            aria-pressed={outcome?.call.name === call.name}
            onClick={() => void send(call)}
          >
            {call.title}
          </button>
        ))}
      </div>
      {isBusy && (
        <p class="loading" role="status">
          {text.asking}
        </p>
      )}
      {outcome?.failure && (
        <Failure failure={explained(outcome.failure)} retry={() => void send(outcome.call)} />
      )}
      {outcome?.body !== undefined && outcome.at !== undefined && (
        <section aria-label={outcome.call.title} class="answer">
          <p class="freshness">{common().loadedAt(formatAge(outcome.at))}</p>
          {outcome.call.show(outcome.body)}
        </section>
      )}
    </>
  );
};
