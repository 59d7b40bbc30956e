/**
 * The way to Redis, for all that several nodes share.
 *
 * <p>{@link imagegen.redis.Redis} knows scripts and channels, not what they are for. Its connections have threads of
 * their own, so that nobody else ever waits for the network.
 */
package imagegen.redis;
