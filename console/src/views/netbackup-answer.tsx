/** A question to NetBackup that is sent only on demand, and its answer. */
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { ApiFailure } from '../api/failure.ts';
import { announce } from '../components/announce.tsx';
import { Failure } from '../components/loaded.tsx';
import { formatAge } from '../format/times.ts';
import { common } from '../i18n/common.ts';
import { askNetBackup } from './ask-netbackup.ts';
import { oneJobWords } from './jobs/job-words.ts';

export interface Question {
  readonly name: string;
  readonly title: string;
  /** Path and query, beginning with `/netbackup/`. */
  readonly uri: string;
  readonly show: (body: string) => ComponentChildren;
}

interface Answer {
  readonly question: Question;
  readonly body?: string;
  readonly failure?: ApiFailure;
  readonly at?: number;
}

/** The failure in the viewer's language, with the text of NetBackup or the API. */
const explained = (failure: ApiFailure): ApiFailure => {
  const hint = (oneJobWords().refused as Readonly<Record<string, string>>)[failure.code];
  const message =
    hint === undefined ? failure.message : `${hint} ${failure.code === 'netbackup' ? failure.message : ''}`;
  return new ApiFailure(failure.status ?? 0, failure.code, message, failure.trackingId);
};

interface QuestionsProps {
  readonly groupId: string;
  readonly questions: readonly Question[];
}

export const Questions = ({ groupId, questions }: QuestionsProps) => {
  const [answer, setAnswer] = useState<Answer>();
  const text = oneJobWords();
  const isBusy = answer !== undefined && answer.at === undefined;
  const ask = async (question: Question): Promise<void> => {
    setAnswer({ question });
    try {
      setAnswer({ question, body: await askNetBackup(groupId, question.uri), at: Date.now() });
      announce(question.title);
    } catch (error) {
      const failure =
        error instanceof ApiFailure ? error : new ApiFailure(undefined, 'no-response', String(error));
      setAnswer({ question, failure, at: Date.now() });
    }
  };
  return (
    <>
      <p class="quiet">{text.askHelp}</p>
      <div class="page-actions">
        {questions.map((question) => (
          <button
            key={question.name}
            type="button"
            disabled={isBusy}
            aria-pressed={answer?.question.name === question.name}
            onClick={() => void ask(question)}
          >
            {question.title}
          </button>
        ))}
      </div>
      {isBusy && (
        <p class="loading" role="status">
          {text.asking}
        </p>
      )}
      {answer?.failure && (
        <Failure failure={explained(answer.failure)} retry={() => void ask(answer.question)} />
      )}
      {answer?.body !== undefined && answer.at !== undefined && (
        <section aria-label={answer.question.title} class="answer">
          <p class="freshness">{common().loadedAt(formatAge(answer.at))}</p>
          {answer.question.show(answer.body)}
        </section>
      )}
    </>
  );
};
