import { NotFoundPage } from './_shell/not-found-page.tsx';

export default function RootNotFound() {
  return (
    <main>
      <NotFoundPage />
    </main>
  );
}
