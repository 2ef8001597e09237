/** So many write at the same time in a process of the torture. */
export const WRITERS = 12;
