/** A value while it is put together: field by field, which is quicker than spreading a new object for each that may be absent. */
export type Draft<Value> = { -readonly [Key in keyof Value]: Value[Key] };
