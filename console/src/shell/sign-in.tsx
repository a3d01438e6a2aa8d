/** The page for a person who is not signed in. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiFailure } from '../api/failure.ts';
import { hasExpired, signIn } from '../api/session.ts';
import { Failure } from '../components/loaded.tsx';
import { common } from '../i18n/common.ts';
import { DisplaySettings } from './display-settings.tsx';
import { ProviderSignIn } from './provider-sign-in.tsx';
import { shellWords } from './words.ts';

export const SignIn = () => {
  const field = useRef<HTMLInputElement>(null);
  const [failure, setFailure] = useState<ApiFailure>();
  const [isBusy, setBusy] = useState(false);
  const text = shellWords();
  useEffect(() => {
    document.title = `${text.signIn} – ${common().product}`;
  }, [text]);
  useEffect(() => field.current?.focus(), []);

  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const key = field.current?.value.trim() ?? '';
    if (key === '' || isBusy) return;
    setBusy(true);
    setFailure(undefined);
    try {
      await signIn(key);
    } catch (error) {
      setFailure(
        error instanceof ApiFailure && error.status !== 401
          ? error
          : new ApiFailure(401, 'unauthorized', shellWords().refused),
      );
      setBusy(false);
    }
  };

  return (
    <main class="sign-in">
      <h1>{common().product}</h1>
      {hasExpired.value && <p class="notice notice-warning">{text.expired}</p>}
      <form onSubmit={(event) => void submit(event)}>
        <label>
          <span>{text.apiKey}</span>
          <input
            ref={field}
            type="password"
            name="apiKey"
            autocomplete="off"
            spellcheck={false}
            required
            aria-describedby="sign-in-help"
          />
        </label>
        <p id="sign-in-help" class="quiet">
          {text.signInHelp}
        </p>
        <button type="submit" class="primary" disabled={isBusy}>
          {text.signIn}
        </button>
      </form>
      {failure && <Failure failure={failure} />}
      <ProviderSignIn />
      <DisplaySettings />
    </main>
  );
};
