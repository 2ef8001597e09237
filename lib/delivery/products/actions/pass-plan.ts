/** What a pass would do in a shop, in numbers. */
export interface PassCounts {
    add: number;
    /** items that are there and fit */
    link: number;
    /** products that several items fit */
    ask: number;
    edit: number;
    hide: number;
    photos: number;
    /** albums that are not there yet */
    newAlbums: number;
    /** albums that get items */
    albums: number;
}

export interface PassCost {
    /** calls as the month counts them */
    calls: number;
    /** at the least, by the calls a second */
    minutes: number;
    /** of the month's calls, 0 to 1; null: there is no limit */
    share: number | null;
}

export type PassPlan = PassCounts & PassCost;
