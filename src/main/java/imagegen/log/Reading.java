package imagegen.log;

/** What a {@link Reader} comes upon: an update, or the verdict on where it could begin. */
public sealed interface Reading permits Entry, Resumption {
}
