package imagegen.server;

/**
 * A process that is not left behind: it is asked to end when this JVM ends, and when the process that began this JVM
 * does, which may have had no time to say so.
 */
record Ward(Process process) {

    Ward {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(process)));
        ProcessHandle.current().parent().ifPresent(guardian -> guardian.onExit().thenRun(() -> System.exit(143)));
    }

    private static void end(Process process) {
        process.destroy();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
