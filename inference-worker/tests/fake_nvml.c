/* As much of NVIDIA's management library as attesting asks, for tests: GPUS of them, in a mode, with a report and a chain
   from files. The report must be asked for with the nonce it answers. */
#include <stdio.h>
#include <string.h>

enum { SUCCESS = 0, INVALID_ARGUMENT = 2, NOT_SUPPORTED = 3, UNKNOWN = 999 };

struct settings { unsigned version, environment, cc_feature, dev_tools, multi_gpu; };
struct certificates { unsigned chain_size, attestation_chain_size; unsigned char chain[4096], attestation_chain[5120]; };
struct report {
    unsigned cec_present, size, cec_size;
    unsigned char nonce[32], report[8192], cec_report[4096];
};

static size_t read_file(const char *path, unsigned char *to, size_t most) {
    FILE *file = fopen(path, "rb");
    if (!file) return 0;
    size_t len = fread(to, 1, most, file);
    fclose(file);
    return len;
}

int nvmlInit_v2(void) { return SUCCESS; }
int nvmlShutdown(void) { return SUCCESS; }
int nvmlDeviceGetCount_v2(unsigned *count) { *count = GPUS; return SUCCESS; }

int nvmlDeviceGetHandleByIndex_v2(unsigned index, void **device) {
    if (index >= GPUS) return INVALID_ARGUMENT;
    *device = (void *)(size_t)(index + 1);
    return SUCCESS;
}

int nvmlSystemGetConfComputeSettings(struct settings *settings) {
    if (settings->version != (sizeof *settings | 1u << 24)) return INVALID_ARGUMENT;
#ifdef TOO_OLD
    return NOT_SUPPORTED;
#endif
    settings->cc_feature = CC;
    settings->dev_tools = DEV_TOOLS;
    return SUCCESS;
}

int nvmlDeviceGetConfComputeGpuCertificate(void *device, struct certificates *certificates) {
    (void)device;
    certificates->attestation_chain_size = read_file(CHAIN, certificates->attestation_chain, 5120);
    return SUCCESS;
}

int nvmlDeviceGetConfComputeGpuAttestationReport(void *device, struct report *report) {
    (void)device;
    report->size = read_file(REPORT, report->report, 8192);
    return memcmp(report->nonce, report->report + 4, 32) == 0 ? SUCCESS : UNKNOWN;
}
