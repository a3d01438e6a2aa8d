/** A button whose effect is named and confirmed before it happens. */
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { common } from '../i18n/common.ts';
import { useCall } from './action.tsx';
import { Dialog } from './dialog.tsx';
import { Failure } from './loaded.tsx';
import { TextField } from './text-field.tsx';

interface ConfirmProps {
  readonly title: string;
  /** The title of the dialog, which names the affected objects. */
  readonly question: string;
  readonly effect: ComponentChildren;
  /** What is announced afterwards. */
  readonly done: string;
  /** The text that must be typed first, such as the name of the object to delete. */
  readonly typed?: string;
  readonly run: () => Promise<unknown>;
  readonly onDone: () => void;
}

export const Confirm = ({ title, question, effect, done, typed, run, onDone }: ConfirmProps) => {
  const [isOpen, setOpen] = useState(false);
  const [text, setText] = useState('');
  const [{ isBusy, failure }, call] = useCall();
  const isConfirmed = typed === undefined || text === typed;
  const confirm = async (): Promise<void> => {
    if (!isConfirmed || !(await call(run, done))) return;
    setOpen(false);
    onDone();
  };
  const open = (): void => {
    setText('');
    setOpen(true);
  };
  return (
    <>
      <button type="button" class="danger" aria-label={question} onClick={open}>
        {title}
      </button>
      {isOpen && (
        <Dialog title={question} onClose={() => setOpen(false)}>
          <p>{effect}</p>
          {typed !== undefined && (
            <div class="form">
              <TextField title={common().typeToConfirm(typed)} value={text} onInput={setText} />
            </div>
          )}
          {failure && <Failure failure={failure} />}
          <div class="page-actions">
            <button
              type="button"
              class="danger"
              disabled={isBusy || !isConfirmed}
              onClick={() => void confirm()}
            >
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
