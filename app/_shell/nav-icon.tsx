import {
  BookOpen,
  Boxes,
  Building2,
  FileText,
  KeyRound,
  LayoutGrid,
  ListVideo,
  ReceiptText,
  ScrollText,
  Server,
  Stamp,
  Users,
  type LucideIcon,
} from 'lucide-react';
import type { NavKey } from './nav.ts';

const ICON = {
  catalogue: LayoutGrid,
  tenants: Boxes,
  orders: ReceiptText,
  runs: ListVideo,
  quotes: FileText,
  deskQuotes: FileText,
  tokens: KeyRound,
  audit: ScrollText,
  customers: Building2,
  approvals: Stamp,
  targets: Server,
  people: Users,
  priceBooks: BookOpen,
} as const satisfies Record<NavKey, LucideIcon>;

export function NavIcon({ name }: { readonly name: NavKey }) {
  const Icon = ICON[name];
  return <Icon className="size-[15px]" />;
}
