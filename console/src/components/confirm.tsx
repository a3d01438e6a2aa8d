/** A button whose effect is named and confirmed before it happens. */
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { common } from '../i18n/common.ts';
import { useCall } from './action.tsx';
import { Dialog } from './dialog.tsx';
import { Failure } from './loaded.tsx';

interface ConfirmProps {
  readonly title: string;
  /** The title of the dialog: names what is affected. */
  readonly question: string;
  readonly effect: ComponentChildren;
  /** What is announced afterwards. */
  readonly done: string;
  readonly run: () => Promise<unknown>;
  readonly onDone: () => void;
}

export const Confirm = ({ title, question, effect, done, run, onDone }: ConfirmProps) => {
  const [isOpen, setOpen] = useState(false);
  const [{ isBusy, failure }, call] = useCall();
  const confirm = async (): Promise<void> => {
    if (!(await call(run, done))) return;
    setOpen(false);
    onDone();
  };
  return (
    <>
      <button type="button" class="danger" aria-label={question} onClick={() => setOpen(true)}>
        {title}
      </button>
      {isOpen && (
        <Dialog title={question} onClose={() => setOpen(false)}>
          <p>{effect}</p>
          {failure && <Failure failure={failure} />}
          <div class="page-actions">
            <button type="button" class="danger" disabled={isBusy} onClick={() => void confirm()}>
              {title}
            </button>
            <button type="button" onClick={() => setOpen(false)}>
              {common().cancel}
            </button>
          </div>
        </Dialog>
      )}
    </>
  );
};
