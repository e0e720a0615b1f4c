#include "workloads/catalogue/known_names.h"
#include "workloads/catalogue/model_shape.h"

/* Shapes as their makers publish them. Vocabularies are the published ones, not padded for a run; sequences are those of
 * most of the training. Of names that are equally like an unknown one the first is suggested, so Llama 3 stands before
 * the first LLaMA. */

typedef struct entry {
    hc_model_shape shape;
    const char *aliases; /* joined by '|'; NULL: none */
} entry;

#define SIZES(layers_, hidden_, heads_, kv_heads_, head_size_, ffn_)                      \
    .layers = (layers_), .hidden = (hidden_), .heads = (heads_), .kv_heads = (kv_heads_), \
    .head_size = (head_size_), .ffn = (ffn_)
#define TEXT(vocabulary_, sequence_) .vocabulary = (vocabulary_), .sequence = (sequence_)

#define LATENT(q_rank_, kv_rank_, rope_, value_)                           \
    .q_rank = (q_rank_), .kv_rank = (kv_rank_), .rope_head_size = (rope_), \
    .value_head_size = (value_)
#define EXPERTS(experts_, per_token_, ffn_, shared_, dense_)                        \
    .experts = (experts_), .experts_per_token = (per_token_), .expert_ffn = (ffn_), \
    .shared_ffn = (shared_), .dense_layers = (dense_)

/* GPT-2 and its followers: as many key heads as query heads, a feed-forward part of 4 h, tied embeddings, learned
 * positions, LayerNorm and biases. */
#define GPT(name_, layers_, hidden_, heads_, vocabulary_, source_)                               \
    {                                                                                            \
        .name = (name_),                                                                         \
        SIZES(layers_, hidden_, heads_, heads_, (hidden_) / (heads_), 4 * (hidden_)),            \
        TEXT(vocabulary_, 2048), .is_tied = true, .has_positions = true, .has_layer_norm = true, \
        .has_biases = true, .source = (source_)                                                  \
    }

/* LLaMA and its followers: gated feed-forward part, RMSNorm, rotary positions, no biases. */
#define GATED(name_, layers_, hidden_, heads_, kv_heads_, head_size_, ffn_, vocabulary_,        \
              sequence_, head_, source_)                                                        \
    {                                                                                           \
        .name = (name_), SIZES(layers_, hidden_, heads_, kv_heads_, head_size_, ffn_),          \
        TEXT(vocabulary_, sequence_), .is_gated = true, .is_tied = (head_), .source = (source_) \
    }
#define TIED true
#define OWN_HEAD false

#define BROWN "GPT-3: Brown et al. 2020 (arXiv:2005.14165), table 2.1"
#define OPT \
    "OPT: Zhang et al. 2022 (arXiv:2205.01068), table 1; vocabulary of its published weights"
#define NARAYANAN "Narayanan et al. 2021 (arXiv:2104.04473), table 1"
#define KORTHIKANTI "Korthikanti et al. 2022 (arXiv:2205.05198), table 3"
#define PALM "PaLM: Chowdhery et al. 2022 (arXiv:2204.02311), table 1"
#define LLAMA1 \
    "LLaMA: Touvron et al. 2023 (arXiv:2302.13971), table 2; widths of its published weights"
#define LLAMA2 "Llama 2: Touvron et al. 2023 (arXiv:2307.09288); widths of its published weights"
#define LLAMA3 \
    "Llama 3: Grattafiori et al. 2024 (arXiv:2407.21783), table 3, sequence of section 3.4"
#define QWEN2 "Qwen2: Yang et al. 2024 (arXiv:2407.10671), table 1, and its published configuration"
#define QWEN25 \
    "Qwen2.5: Yang et al. 2024 (arXiv:2412.15115), table 1, and its published configuration"
#define QWEN3 \
    "Qwen3: Yang et al. 2025 (arXiv:2505.09388), tables 1 and 2, and its published configuration"
#define GEMMA2 \
    "Gemma 2: Riviere et al. 2024 (arXiv:2408.00118), table 1, and its published configuration"
#define OLMO2 "OLMo 2: OLMo team 2025 (arXiv:2501.00656), and its published configuration"
#define GPT_OSS                                                                  \
    "gpt-oss: OpenAI 2025 (arXiv:2508.10925), and its published configuration; " \
    "sequence of NVIDIA's recipe"

static const entry CATALOGUE[] = {
    {GPT("gpt3-125m", 12, 768, 12, 50257, BROWN), "gpt3-small"},
    {GPT("gpt3-350m", 24, 1024, 16, 50257, BROWN), "gpt3-medium"},
    {GPT("gpt3-760m", 24, 1536, 16, 50257, BROWN), "gpt3-large"},
    {GPT("gpt3-1.3b", 24, 2048, 16, 50257,
         BROWN "; 16 heads of 128: its 24 do not give 1.3 B parameters"),
     "gpt3-xl"},
    {GPT("gpt3-2.7b", 32, 2560, 32, 50257, BROWN), NULL},
    {GPT("gpt3-6.7b", 32, 4096, 32, 50257, BROWN), NULL},
    {GPT("gpt3-13b", 40, 5120, 40, 50257, BROWN "; hidden 40 x 128, printed there as 5140"), NULL},
    {GPT("gpt3-175b", 96, 12288, 96, 50257, BROWN), "gpt3|gpt-175b"},

    {GPT("opt-1.3b", 24, 2048, 32, 50272, OPT), NULL},
    {GPT("opt-2.7b", 32, 2560, 32, 50272, OPT), NULL},
    {GPT("opt-6.7b", 32, 4096, 32, 50272, OPT), NULL},
    {GPT("opt-13b", 40, 5120, 40, 50272, OPT), NULL},
    {GPT("opt-30b", 48, 7168, 56, 50272, OPT), NULL},
    {GPT("opt-66b", 64, 9216, 72, 50272, OPT), NULL},
    {GPT("opt-175b", 96, 12288, 96, 50272, OPT), "opt"},

    {GPT("megatron-1.7b", 24, 2304, 24, 51200, NARAYANAN), "gpt-1.7b"},
    {GPT("megatron-3.6b", 30, 3072, 32, 51200, NARAYANAN), "gpt-3.6b"},
    {GPT("megatron-7.5b", 36, 4096, 32, 51200, NARAYANAN), "gpt-7.5b"},
    {GPT("megatron-18.4b", 40, 6144, 48, 51200, NARAYANAN), "gpt-18.4b"},
    {GPT("megatron-22b", 48, 6144, 64, 51200, KORTHIKANTI), "gpt-22b"},
    {GPT("megatron-39.1b", 48, 8192, 64, 51200, NARAYANAN), "gpt-39.1b"},
    {GPT("megatron-76.1b", 60, 10240, 80, 51200, NARAYANAN), "gpt-76.1b"},
    {GPT("megatron-145.6b", 80, 12288, 96, 51200, NARAYANAN), "gpt-145.6b"},
    {GPT("megatron-175b", 96, 12288, 96, 51200, KORTHIKANTI), "megatron-174.6b|gpt-174.6b"},
    {GPT("megatron-310.1b", 96, 16384, 128, 51200, NARAYANAN), "gpt-310.1b"},
    {GPT("megatron-530b", 105, 20480, 128, 51200, KORTHIKANTI),
     "mt-nlg-530b|mt-nlg|megatron-529.6b|gpt-529.6b|gpt-530b"},
    {GPT("megatron-1008b", 128, 25600, 160, 51200, NARAYANAN),
     "megatron-1t|gpt-1t|gpt-1008b|gpt-1008.0b"},

    {{.name = "bloom-176b",
      SIZES(70, 14336, 112, 112, 128, 57344),
      TEXT(250880, 2048),
      .is_tied = true,
      .has_layer_norm = true,
      .has_biases = true,
      .source = "BLOOM: Scao et al. 2022 (arXiv:2211.05100), table 3"},
     "bloom"},

    {GATED("palm-8b", 32, 4096, 16, 1, 256, 16384, 256000, 2048, TIED, PALM), NULL},
    {GATED("palm-62b", 64, 8192, 32, 1, 256, 32768, 256000, 2048, TIED, PALM), NULL},
    {GATED("palm-540b", 118, 18432, 48, 1, 256, 73728, 256000, 2048, TIED, PALM), "palm"},

    {GATED("llama3-8b", 32, 4096, 32, 8, 128, 14336, 128256, 8192, OWN_HEAD, LLAMA3),
     "llama3.1-8b|meta-llama-3-8b|meta-llama-3.1-8b"},
    {GATED("llama3-70b", 80, 8192, 64, 8, 128, 28672, 128256, 8192, OWN_HEAD, LLAMA3),
     "llama3.1-70b|llama3.3-70b|meta-llama-3-70b|meta-llama-3.1-70b"},
    {GATED("llama3.1-405b", 126, 16384, 128, 8, 128, 53248, 128256, 8192, OWN_HEAD, LLAMA3),
     "llama3-405b|meta-llama-3.1-405b"},
    {GATED("llama3.2-1b", 16, 2048, 32, 8, 64, 8192, 128256, 8192, TIED,
           "Llama 3.2 1B: its published configuration; sequence of Llama 3"),
     NULL},
    {GATED("llama3.2-3b", 28, 3072, 24, 8, 128, 8192, 128256, 8192, TIED,
           "Llama 3.2 3B: its published configuration; sequence of Llama 3"),
     NULL},

    {GATED("llama2-7b", 32, 4096, 32, 32, 128, 11008, 32000, 4096, OWN_HEAD, LLAMA2), NULL},
    {GATED("llama2-13b", 40, 5120, 40, 40, 128, 13824, 32000, 4096, OWN_HEAD, LLAMA2), NULL},
    {GATED("llama2-70b", 80, 8192, 64, 8, 128, 28672, 32000, 4096, OWN_HEAD, LLAMA2), NULL},

    {GATED("llama-7b", 32, 4096, 32, 32, 128, 11008, 32000, 2048, OWN_HEAD, LLAMA1), "llama1-7b"},
    {GATED("llama-13b", 40, 5120, 40, 40, 128, 13824, 32000, 2048, OWN_HEAD, LLAMA1), "llama1-13b"},
    {GATED("llama-33b", 60, 6656, 52, 52, 128, 17920, 32000, 2048, OWN_HEAD, LLAMA1),
     "llama1-33b|llama-30b"},
    {GATED("llama-65b", 80, 8192, 64, 64, 128, 22016, 32000, 2048, OWN_HEAD, LLAMA1), "llama1-65b"},

    {GATED("mistral-7b", 32, 4096, 32, 8, 128, 14336, 32000, 8192, OWN_HEAD,
           "Mistral 7B: Jiang et al. 2023 (arXiv:2310.06825), table 1"),
     "mistral"},
    {{.name = "mixtral-8x7b",
      SIZES(32, 4096, 32, 8, 128, 0),
      TEXT(32000, 4096),
      .is_gated = true,
      EXPERTS(8, 2, 14336, 0, 0),
      .source = "Mixtral: Jiang et al. 2024 (arXiv:2401.04088), table 1; sequence of Megatron-LM's "
                "example"},
     "mixtral"},
    {{.name = "mixtral-8x22b",
      SIZES(56, 6144, 48, 8, 128, 0),
      TEXT(32768, 4096),
      .is_gated = true,
      EXPERTS(8, 2, 16384, 0, 0),
      .source =
          "Mixtral 8x22B: its published configuration (v0.3); sequence of Megatron-LM's example"},
     NULL},

    {GATED("qwen2-0.5b", 24, 896, 14, 2, 64, 4864, 151936, 4096, TIED, QWEN2), "qwen2.5-0.5b"},
    {GATED("qwen2-1.5b", 28, 1536, 12, 2, 128, 8960, 151936, 4096, TIED, QWEN2), "qwen2.5-1.5b"},
    {GATED("qwen2.5-3b", 36, 2048, 16, 2, 128, 11008, 151936, 4096, TIED, QWEN25), NULL},
    {GATED("qwen2-7b", 28, 3584, 28, 4, 128, 18944, 152064, 4096, OWN_HEAD, QWEN2), "qwen2.5-7b"},
    {GATED("qwen2.5-14b", 48, 5120, 40, 8, 128, 13824, 152064, 4096, OWN_HEAD, QWEN25), NULL},
    {GATED("qwen2.5-32b", 64, 5120, 40, 8, 128, 27648, 152064, 4096, OWN_HEAD, QWEN25), NULL},
    {GATED("qwen2-72b", 80, 8192, 64, 8, 128, 29568, 152064, 4096, OWN_HEAD, QWEN2), "qwen2.5-72b"},
    {{.name = "qwen2-57b-a14b",
      SIZES(28, 3584, 28, 4, 128, 0),
      TEXT(151936, 4096),
      .is_gated = true,
      EXPERTS(64, 8, 2560, 20480, 0),
      .source = QWEN2},
     "qwen2-57b"},

    {GATED("qwen3-0.6b", 28, 1024, 16, 8, 128, 3072, 151936, 4096, TIED, QWEN3), NULL},
    {GATED("qwen3-1.7b", 28, 2048, 16, 8, 128, 6144, 151936, 4096, TIED, QWEN3), NULL},
    {GATED("qwen3-4b", 36, 2560, 32, 8, 128, 9728, 151936, 4096, TIED, QWEN3), NULL},
    {GATED("qwen3-8b", 36, 4096, 32, 8, 128, 12288, 151936, 4096, OWN_HEAD, QWEN3), NULL},
    {GATED("qwen3-14b", 40, 5120, 40, 8, 128, 17408, 151936, 4096, OWN_HEAD, QWEN3), NULL},
    {GATED("qwen3-32b", 64, 5120, 64, 8, 128, 25600, 151936, 4096, OWN_HEAD, QWEN3), NULL},
    {{.name = "qwen3-30b-a3b",
      SIZES(48, 2048, 32, 4, 128, 0),
      TEXT(151936, 4096),
      .is_gated = true,
      EXPERTS(128, 8, 768, 0, 0),
      .source = QWEN3},
     "qwen3-30b"},
    {{.name = "qwen3-235b-a22b",
      SIZES(94, 4096, 64, 4, 128, 0),
      TEXT(151936, 4096),
      .is_gated = true,
      EXPERTS(128, 8, 1536, 0, 0),
      .source = QWEN3},
     "qwen3-235b"},

    {{.name = "deepseek-v2-lite",
      SIZES(27, 2048, 16, 16, 128, 10944),
      TEXT(102400, 4096),
      .is_gated = true,
      LATENT(0, 512, 64, 128),
      EXPERTS(64, 6, 1408, 2816, 1),
      .source = "DeepSeek-V2: arXiv:2405.04434, appendix B, and its published configuration"},
     NULL},
    {{.name = "deepseek-v2",
      SIZES(60, 5120, 128, 128, 128, 12288),
      TEXT(102400, 4096),
      .is_gated = true,
      LATENT(1536, 512, 64, 128),
      EXPERTS(160, 6, 1536, 3072, 1),
      .source = "DeepSeek-V2: arXiv:2405.04434, section 3.1.2, and its published configuration"},
     NULL},
    {{.name = "deepseek-v3",
      SIZES(61, 7168, 128, 128, 128, 18432),
      TEXT(129280, 4096),
      .is_gated = true,
      LATENT(1536, 512, 64, 128),
      EXPERTS(256, 8, 2048, 2048, 3),
      .mtp_layers = 1,
      .source = "DeepSeek-V3: arXiv:2412.19437, section 4.2, and its published configuration"},
     "deepseek-r1|deepseek-v3-671b|deepseek-v3 671b (37b active)"},

    {{.name = "gpt-oss-20b",
      SIZES(24, 2880, 64, 8, 64, 0),
      TEXT(201088, 4096),
      .is_gated = true,
      .has_biases = true,
      EXPERTS(32, 4, 2880, 0, 0),
      .source = GPT_OSS},
     NULL},
    {{.name = "gpt-oss-120b",
      SIZES(36, 2880, 64, 8, 64, 0),
      TEXT(201088, 4096),
      .is_gated = true,
      .has_biases = true,
      EXPERTS(128, 4, 2880, 0, 0),
      .source = GPT_OSS},
     NULL},

    {GATED("gemma2-2b", 26, 2304, 8, 4, 256, 9216, 256000, 8192, TIED, GEMMA2), NULL},
    {GATED("gemma2-9b", 42, 3584, 16, 8, 256, 14336, 256000, 8192, TIED, GEMMA2), NULL},
    {GATED("gemma2-27b", 46, 4608, 32, 16, 128, 36864, 256000, 8192, TIED, GEMMA2), NULL},

    {GATED("phi3-mini", 32, 3072, 32, 32, 96, 8192, 32064, 4096, OWN_HEAD,
           "Phi-3: Abdin et al. 2024 (arXiv:2404.14219), and its published configuration"),
     "phi3-3.8b|phi3-mini-4k"},
    {GATED("phi3-medium", 40, 5120, 40, 10, 128, 17920, 32064, 4096, OWN_HEAD,
           "Phi-3: Abdin et al. 2024 (arXiv:2404.14219), and its published configuration"),
     "phi3-14b|phi3-medium-4k"},
    {GATED("phi4", 40, 5120, 40, 10, 128, 17920, 100352, 4096, OWN_HEAD,
           "Phi-4: Abdin et al. 2024 (arXiv:2412.08905), and its published configuration"),
     "phi4-14b"},

    {{.name = "nemotron4-15b",
      SIZES(32, 6144, 48, 8, 128, 24576),
      TEXT(256000, 4096),
      .has_layer_norm = true,
      .source = "Nemotron-4 15B: Parmar et al. 2024 (arXiv:2402.16819), table 1"},
     NULL},
    {{.name = "nemotron4-340b",
      SIZES(96, 18432, 96, 8, 192, 73728),
      TEXT(256000, 4096),
      .has_layer_norm = true,
      .source = "Nemotron-4 340B: NVIDIA 2024 (arXiv:2406.11704), table 1"},
     NULL},

    {GATED("olmo2-7b", 32, 4096, 32, 32, 128, 11008, 100352, 4096, OWN_HEAD, OLMO2), NULL},
    {GATED("olmo2-13b", 40, 5120, 40, 40, 128, 13824, 100352, 4096, OWN_HEAD, OLMO2), NULL},
    {GATED("olmo2-32b", 64, 5120, 40, 8, 128, 27648, 100352, 4096, OWN_HEAD, OLMO2), NULL},

    {GATED("olmo3-32b", 64, 5120, 40, 8, 128, 27648, 100278, 8192, OWN_HEAD,
           "OLMo 3: Ai2 2025, its published configuration"),
     NULL},

    {{.name = "dbrx",
      SIZES(40, 6144, 48, 8, 128, 0),
      TEXT(100352, 32768),
      .is_gated = true,
      EXPERTS(16, 4, 10752, 0, 0),
      .source = "DBRX: Databricks 2024, its published configuration; sequence of its model card"},
     "dbrx-132b"},
};

size_t hc_model_count(void)
{
    return sizeof CATALOGUE / sizeof CATALOGUE[0];
}

const hc_model_shape *hc_model_at(size_t index)
{
    return &CATALOGUE[index].shape;
}

const char *hc_model_aliases(size_t index)
{
    return CATALOGUE[index].aliases;
}

const hc_model_shape *hc_model_find(const char *name)
{
    for (size_t i = 0; i < hc_model_count(); i++) {
        if (hc_known_names_include(CATALOGUE[i].shape.name, name) ||
            hc_known_names_include(CATALOGUE[i].aliases, name)) {
            return &CATALOGUE[i].shape;
        }
    }
    return NULL;
}

const char *hc_model_suggest(const char *name)
{
    const char *nearest = NULL;
    size_t least = SIZE_MAX;
    for (size_t i = 0; i < hc_model_count(); i++) {
        size_t own = hc_known_names_distance(CATALOGUE[i].shape.name, name);
        size_t other = hc_known_names_distance(CATALOGUE[i].aliases, name);
        size_t distance = own < other ? own : other;
        if (distance < least) {
            least = distance;
            nearest = CATALOGUE[i].shape.name;
        }
    }
    return nearest;
}
