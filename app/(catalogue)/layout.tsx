export { SignedInLayout as default } from '@/app/_portal/signed-in-layout.tsx';
