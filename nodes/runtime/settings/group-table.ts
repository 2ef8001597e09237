/** What holds for one group of a catalog and the groups below it, as it is saved. */
export interface GroupRow {
    /** its name, or its path with `/` between the names */
    group: string;
    /** number of a category of VK; empty: that of all */
    category: string;
    /** empty: as all */
    outOfStock: '' | 'hide' | 'show' | 'always';
}
