/** A modal dialog: the browser's own, which keeps the focus inside and closes with Escape. */
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { common } from '../i18n/common.ts';

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/** Open as long as it is rendered. */
export const Dialog = ({ title, onClose, children }: DialogProps) => {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    <dialog ref={dialog} aria-labelledby={id} onClose={onClose}>
      <header class="section-title">
        <h2 id={id}>{title}</h2>
        <button type="button" class="plain" onClick={() => dialog.current?.close()}>
          {common().close}
        </button>
      </header>
      {children}
    </dialog>
  );
};
