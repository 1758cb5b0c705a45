package document

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"

	"github.com/google/uuid"
	"gocloud.dev/blob"
	"gocloud.dev/blob/fileblob"
	"gocloud.dev/blob/memblob"
	"gocloud.dev/gcerrors"

	"rundertisch/internal/fault"
)

// Store keeps the bytes of files under random ids. It knows no names and no
// rights; the row that names a file does. Close it at the end.
type Store struct {
	bucket *blob.Bucket
	root   *os.Root // the folder itself; nil: in memory
}

// Stored says what was stored.
type Stored struct {
	Key         uuid.UUID // by which Open finds it
	Name        string    // made safe by Attach; "" after Put
	Size        int64     // bytes
	SHA256      string    // hex digits
	ContentType string
}

// OpenStore returns a store in a folder, which it makes if need be.
func OpenStore(dir string) (*Store, error) {
	bucket, err := fileblob.OpenBucket(dir, &fileblob.Options{
		CreateDir: true, DirFileMode: 0o700, NoTempDir: true, Metadata: fileblob.MetadataDontWrite,
	})
	if err != nil {
		return nil, fmt.Errorf("open file store %s: %w", dir, err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open file store %s: %w", dir, err), bucket.Close())
	}
	return &Store{bucket: bucket, root: root}, nil
}

// MemoryStore returns a store that forgets all at its end, for tests.
func MemoryStore() *Store { return &Store{bucket: memblob.OpenBucket(nil)} }

// Close gives the store's resources back.
func (s *Store) Close() error {
	err := s.bucket.Close()
	if s.root != nil {
		err = errors.Join(err, s.root.Close())
	}
	return err
}

// Put stores a file of a kind that Inspect has found. The key is a fresh random
// id, never one that a browser sent. After Put the file is on the disk, whole;
// after a failure nothing of it is. It returns fault.Conflict if the key is
// taken, fault.Fields for "file" if the file is too large, and fault.Unavailable
// if the disk is full.
func (s *Store) Put(ctx context.Context, key uuid.UUID, kind Kind, r io.Reader) (Stored, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	w, err := s.bucket.NewWriter(ctx, key.String(), &blob.WriterOptions{ContentType: kind.ContentType(), IfNotExist: true})
	if err != nil {
		return Stored{}, fmt.Errorf("store file %s: %w", key, err)
	}
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(w, sum), io.LimitReader(r, MaxFileSize+1))
	if err == nil && n > MaxFileSize {
		err = refuse("document.error.large", "Max", MaxFileSize>>20)
	}
	if err != nil {
		cancel() // makes Close drop what was written
		_ = w.Close()
		return Stored{}, translate("store", key, err)
	}
	if err := w.Close(); err != nil {
		return Stored{}, translate("store", key, err)
	}
	if err := s.settle(key); err != nil {
		return Stored{}, fmt.Errorf("store file %s: %w", key, errors.Join(err, s.bucket.Delete(ctx, key.String())))
	}
	return Stored{Key: key, Size: n, SHA256: hex.EncodeToString(sum.Sum(nil)), ContentType: kind.ContentType()}, nil
}

// settle waits until the file and its name are on the disk: a row that is
// committed next must not outlive its file.
func (s *Store) settle(key uuid.UUID) error {
	if s.root == nil {
		return nil
	}
	for _, name := range []string{key.String(), "."} {
		f, err := s.root.Open(name)
		if err != nil {
			return err
		}
		if err := errors.Join(f.Sync(), f.Close()); err != nil {
			return err
		}
	}
	return nil
}

// Open returns the bytes of a file, to be closed. It returns fault.NotFound if
// there is none, or if what is there is not a file of ours (a link).
func (s *Store) Open(ctx context.Context, key uuid.UUID) (io.ReadCloser, error) {
	if s.root != nil {
		if info, err := s.root.Lstat(key.String()); err == nil && !info.Mode().IsRegular() {
			return nil, fmt.Errorf("open file %s: %s is no file: %w", key, info.Mode().Type(), fault.NotFound)
		}
	}
	r, err := s.bucket.NewReader(ctx, key.String(), nil)
	if err != nil {
		return nil, translate("open", key, err)
	}
	return r, nil
}

// Delete removes a file. It returns fault.NotFound if there is none.
func (s *Store) Delete(ctx context.Context, key uuid.UUID) error {
	if err := s.bucket.Delete(ctx, key.String()); err != nil {
		return translate("delete", key, err)
	}
	return nil
}

func translate(what string, key uuid.UUID, err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return fmt.Errorf("%s file %s: %w: %w", what, key, fault.Explain(fault.Unavailable, "document.error.full"), err)
	}
	switch gcerrors.Code(err) {
	case gcerrors.NotFound:
		return fmt.Errorf("%s file %s: %w", what, key, fault.NotFound)
	case gcerrors.FailedPrecondition, gcerrors.AlreadyExists:
		return fmt.Errorf("%s file %s: %w", what, key, fault.Conflict)
	default:
		return fmt.Errorf("%s file %s: %w", what, key, err)
	}
}
