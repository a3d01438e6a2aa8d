/** A button that calls the API: it is busy while the call runs, and shows the result. */
import { useState } from 'preact/hooks';
import { ApiFailure } from '../api/failure.ts';
import { announce } from './announce.tsx';
import { Failure } from './loaded.tsx';

/** Runs one call at a time, and keeps its failure. @param done what is shown when it succeeded */
export const useCall = (): readonly [
  state: { readonly isBusy: boolean; readonly failure: ApiFailure | undefined },
  run: (call: () => Promise<unknown>, done: string) => Promise<boolean>,
] => {
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<ApiFailure>();
  const run = async (call: () => Promise<unknown>, done: string): Promise<boolean> => {
    if (isBusy) return false;
    setBusy(true);
    setFailure(undefined);
    try {
      await call();
      announce(done);
      return true;
    } catch (error) {
      setFailure(
        error instanceof ApiFailure ? error : new ApiFailure(undefined, 'no-response', String(error)),
      );
      return false;
    } finally {
      setBusy(false);
    }
  };
  return [{ isBusy, failure }, run];
};

interface ActionProps {
  readonly title: string;
  /** The accessible name, where several buttons have the same title. */
  readonly label?: string;
  readonly kind?: 'primary' | 'danger' | 'plain';
  /** What is announced afterwards. */
  readonly done: string;
  readonly run: () => Promise<unknown>;
  readonly onDone: () => void;
}

export const Action = ({ title, label, kind, done, run, onDone }: ActionProps) => {
  const [{ isBusy, failure }, call] = useCall();
  const start = async (): Promise<void> => {
    if (await call(run, done)) onDone();
  };
  return (
    <>
      <button type="button" class={kind} aria-label={label} disabled={isBusy} onClick={() => void start()}>
        {title}
      </button>
      {failure && <Failure failure={failure} />}
    </>
  );
};
