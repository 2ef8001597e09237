/** What may become of items in the shop whose products the catalog has no more. */
export const PARTINGS = [
    { parting: 'keep', icon: 'fa-pause' },
    { parting: 'hide', icon: 'fa-eye-slash' },
    { parting: 'let-go', icon: 'fa-chain-broken' },
] as const;
